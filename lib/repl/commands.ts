import { actionsCommand } from './actions.command.js';
import { callCommand, directCallCommand } from './call.commands.js';
import type { ReplCommand } from './command.js';
import { broadcastCommand, broadcastLocalCommand, emitCommand } from './emit.commands.js';
import { eventsCommand } from './events.command.js';
import { helpCommand } from './help.command.js';
import { infoCommand } from './info.command.js';
import { ListenerCommand } from './listener.command.js';
import { nodesCommand } from './nodes.command.js';
import { servicesCommand } from './services.command.js';

const exitCommand: ReplCommand = {
  name: 'exit',
  aliases: ['quit', 'q'],
  usage: '',
  summary: 'Leave the prompt, and close the application it was started with',
  run: (_args, session) => session.exit(),
};

/** The commands of one prompt, in the order of the help. */
export function createCommands(): readonly ReplCommand[] {
  const commands: ReplCommand[] = [
    actionsCommand,
    broadcastCommand,
    broadcastLocalCommand,
    callCommand,
    directCallCommand,
    emitCommand,
    eventsCommand,
    infoCommand,
    new ListenerCommand(),
    nodesCommand,
    servicesCommand,
    exitCommand,
    helpCommand(() => commands),
  ];
  return commands;
}
