/**
 * The tables of docs/configuration.md, made from the option types of `lib/options`, which are what editors show:
 * `node scripts/options-table.mjs` writes them anew; a unit test compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const FOLDER = new URL('../lib/options/', import.meta.url);
const PAGE = new URL('../docs/configuration.md', import.meta.url);

/** Interfaces and type aliases of all option files, by name. */
function declarations() {
  const found = new Map();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) found.set(node.name.text, node);
    });
  }
  return found;
}

const DECLARED = declarations();

/** The members of a union, aliases of the option files followed, helpers of the compiler left out. */
function members(type) {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(members);
  if (ts.isParenthesizedTypeNode(type)) return members(type.type);
  // `string & {}` only keeps the known names in the editor's list.
  if (ts.isIntersectionTypeNode(type)) return [];
  if (ts.isTypeLiteralNode(type)) {
    return [`{ ${type.members.map((member) => member.name.getText()).join(', ')} }`];
  }
  const name = referenced(type);
  if (name === 'ClassOf') return [`class of ${textOf(type.typeArguments[0])}`];
  const target = name && DECLARED.get(name);
  if (target && name.endsWith('Name')) return builtNames(target);
  if (target && ts.isTypeAliasDeclaration(target) && !name.match(/^(UidGenerator|ErrorHandler)$/)) {
    return members(target.type);
  }
  return [target && ts.isTypeAliasDeclaration(target) ? 'function' : textOf(type)];
}

/** Of the names of parts those that are built, as the comment of their type says; the others are refused at start. */
function builtNames(alias) {
  const [doc] = ts.getJSDocCommentsAndTags(alias);
  const [, names] = /Built in this version: ([^;.]*)[;.]/.exec(ts.getTextOfJSDocComment(doc?.comment) ?? '');
  return [...names.matchAll(/`(\w+)`/g)].map(([, name]) => `'${name}'`);
}

const referenced = (type) => (ts.isTypeReferenceNode(type) ? type.typeName.getText() : null);
const textOf = (type) => type.getText().replace(/\s+/g, ' ');

/** The interface of options below this one, if it has any. */
function sectionIn(type) {
  const types = ts.isUnionTypeNode(type) ? type.types : [type];
  const target = types.map((one) => DECLARED.get(referenced(one) ?? '')).find(Boolean);
  return target && ts.isInterfaceDeclaration(target) ? target : null;
}

function rowsOf(declaration, prefix) {
  return declaration.members.filter(ts.isPropertySignature).flatMap((member) => {
    const path = prefix + member.name.getText();
    const { meaning, byDefault } = documentation(member);
    const section = sectionIn(member.type);
    const built = !meaning.startsWith('Not built yet');
    const below = section && built ? rowsOf(section, `${path}.`) : [];
    // A section that can be nothing but an object is told by its rows.
    if (below.length > 0 && !ts.isUnionTypeNode(member.type)) return below;
    const types = members(member.type).map((text) => (DECLARED.has(text) ? 'object' : text));
    return [{ path, types: [...new Set(types)], meaning, byDefault, built }, ...below];
  });
}

function documentation(member) {
  const [doc] = ts.getJSDocCommentsAndTags(member);
  const tag = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  const text = (comment) => (ts.getTextOfJSDocComment(comment) ?? '').replace(/\s+/g, ' ').trim();
  return { meaning: text(doc?.comment), byDefault: text(tag?.comment) };
}

/** All options that exist in this version and those to come, in the order of the types. */
export const optionRows = () => rowsOf(DECLARED.get('MoleculerModuleOptions'), '');

/** Options of Moleculer that are taken, do nothing and warn: name and what is said of it. */
const meaninglessRows = () =>
  DECLARED.get('MoleculerOnlyOptions').members.map((member) => {
    const [doc] = ts.getJSDocCommentsAndTags(member);
    const said = ts.getTextOfJSDocComment(doc.tags[0].comment) ?? '';
    return [`\`${member.name.getText()}\``, said.replace(/^No effect\. ?/, '').trim()];
  });

function unitOf(meaning, types) {
  if (!types.includes('number')) return '';
  if (/\*\*seconds?\*\*/i.test(meaning)) return 's';
  return /\bms\b/.test(meaning) ? 'ms' : /\bbytes\b/.test(meaning) ? 'bytes' : '';
}

const LITERAL = /^(-?[\d.]+|true|false|null|\{.*\}|\[.*\]|'.*')$/;
const code = (text) => (LITERAL.test(text) ? `\`${text}\`` : text);
const cell = (text) => text.replaceAll('|', '\\|');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** The tables by the name of their place in the page. */
export function optionTables() {
  const rows = optionRows();
  return {
    options: table(
      ['option', 'type', 'unit', 'default', 'meaning'],
      rows
        .filter(({ built }) => built)
        .map(({ path, types, meaning, byDefault }) => [
          `\`${path}\``,
          types.map((type) => `\`${type}\``).join(', '),
          unitOf(meaning, types),
          code(byDefault),
          meaning.replace(/(, ms|; ms| ms|, bytes)(?=[;.])/g, ''),
        ]),
    ),
    'not-built': rows
      .filter(({ built }) => !built)
      .map(({ path }) => `\`${path}\``)
      .join(', '),
    meaningless: table(['option', 'instead'], meaninglessRows()),
  };
}

const place = (name) => new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[^]*?(\\n<!-- end -->)`);

/** The page with its tables made anew, as Prettier writes it. */
export async function withTables(page) {
  const made = Object.entries(optionTables()).reduce((text, [name, content]) => {
    if (!place(name).test(text)) throw new Error(`docs/configuration.md has no place for '${name}'`);
    return text.replace(place(name), (_, begin, end) => `${begin}\n${content}\n${end}`);
  }, page);
  return format(made, { ...(await resolveConfig(fileURLToPath(PAGE))), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, await withTables(readFileSync(PAGE, 'utf8')));
}
