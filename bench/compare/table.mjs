import { inspect } from 'node:util';
import { format } from 'prettier';

/** The table in Markdown, as Prettier writes it; every cell is made of what was measured. */
export async function comparison(version, { microservices, moleculer }) {
  const rows = [
    ['', `\`@nestjs/microservices\` ${version}`, '`nestjs-moleculer`'],
    ['---', '---', '---'],
    ['10 calls', shares(microservices.calls), shares(moleculer.calls)],
    ['1 event', shares(microservices.event), groups(moleculer)],
    ['the handler throws an `Error` with `code: 404`', caught(microservices), caught(moleculer)],
    ['a call that nobody serves', nobody(microservices), nobody(moleculer)],
  ];
  const text = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  return (await format(text, { parser: 'markdown' })).trimEnd();
}

const total = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
const times = (n) => `${n} execution${n === 1 ? '' : 's'}`;

function shares(counts) {
  const each = Object.values(counts);
  const equal = each.every((n) => n === each[0]);
  return `${times(total(counts))}: ${equal ? `${each[0]} by each instance` : each.join(' and ')}`;
}

function groups({ event, broadcast }) {
  const [sums, audit] = [total(event.sums), total(event.audit)];
  const [all] = [total(broadcast.sums)];
  if (sums !== audit || all !== total(broadcast.audit)) return inspect({ event, broadcast });
  return `${times(sums)} in each group of listeners; ${all} if you \`broadcast\` it`;
}

function caught({ error: { isError, name, message, code, value } }) {
  if (!isError) return `\`${inspect(value)}\`, which is no \`Error\``;
  return `an \`${name}\` with its message, \`${message}\`, and \`code: ${code}\``;
}

function nobody({ unserved: { nothingFor, error, atOnce } }) {
  if (nothingFor !== undefined) return `no answer and no error within ${nothingFor} s`;
  return `\`${error}\`${atOnce ? ' at once' : ''}`;
}
