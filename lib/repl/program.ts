import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { messageOf } from '../errors/thrown.js';
import { MOLECULER_SCHEDULER, MoleculerModule, ServiceBroker, Transit } from '../index.js';
import * as messages from '../messages/repl.messages.js';
import { VERSION } from '../moleculer.version.js';
import { describeValue } from '../options/rules/describe-value.js';
import { within } from '../time/delay.js';
import { type ProgramArguments, readProgramArguments } from './program-arguments.js';
import { printable } from './screen.js';
import { startRepl } from './start-repl.js';
import { UsageError } from './usage.error.js';

/** What the program has of its process. */
export interface ProgramHost {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
}

/** The program `nestjs-moleculer` of the package: a prompt on a cluster, for those without an application. Never rejects; the exit code. */
export async function runProgram({ args, env, input, output, errors }: ProgramHost): Promise<number> {
  try {
    const wanted = readProgramArguments(args, env['TRANSPORTER']);
    if (typeof wanted === 'string') {
      output.write(`${wanted === 'help' ? messages.programUsage : VERSION}\n`);
      return 0;
    }
    const app = await joinCluster(wanted);
    const { nodeID, namespace, registry } = app.get(ServiceBroker);
    const others = registry.nodes({ onlyAvailable: true }).length - 1;
    output.write(`${messages.joinedCluster(nodeID, namespace, others)}\n`);
    await startRepl(app, { input, output, historyPath: wanted.historyPath }).closed;
    return 0;
  } catch (error) {
    const lines = messageOf(error).split('\n').map(printable);
    if (error instanceof UsageError) lines.push(messages.seeHelp);
    errors.write(`error: ${lines.join('\n')}\n`);
    return 1;
  }
}

/** @throws BrokerOptionsError for a transporter that cannot be, NodeIDConflictError, and where nobody answers */
async function joinCluster(wanted: ProgramArguments): Promise<INestApplicationContext> {
  const { transporter, namespace, nodeID } = wanted;
  const app = await NestFactory.createApplicationContext(
    MoleculerModule.forRoot({ transporter, namespace, nodeID }),
    // What goes wrong before the join is the one error that ends the program.
    { logger: false, abortOnError: false },
  );
  try {
    const broker = app.get(ServiceBroker);
    const joined = await within(
      app.get(MOLECULER_SCHEDULER),
      0,
      broker.ready.then(() => true),
    );
    if (joined === undefined) {
      const { connectTimeout } = broker.options.transit;
      throw new Error(
        messages.notJoined(describeValue(transporter), connectTimeout, app.get(Transit).reason),
      );
    }
  } catch (error) {
    await app.close();
    throw error;
  }
  app.useLogger(['warn', 'error']);
  return app.enableShutdownHooks(['SIGINT', 'SIGTERM', 'SIGHUP']);
}
