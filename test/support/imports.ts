import { posix } from 'node:path';
import ts from 'typescript';

/** One import or re-export of a source file. */
export interface Import {
  specifier: string;
  /** Path below lib/ of one of our own files; null for a package. */
  file: string | null;
  /** Name of the package, without a subpath; empty for our own files. */
  package: string;
  /** Nothing of it is left after compiling. */
  typeOnly: boolean;
  /** `import()` at run time. */
  dynamic: boolean;
  /** The imported value names; `*` for all. */
  names: string[];
}

/** All imports of a file, given its path below lib/. */
export function readImports(file: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean, names: string[]) => {
    const relative = specifier.startsWith('.');
    found.push({
      specifier,
      file: relative ? posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts') : null,
      package: relative ? '' : packageOf(specifier),
      typeOnly,
      dynamic,
      names,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const names = importedValues(node.importClause);
      add(textOf(node.moduleSpecifier), node.importClause !== undefined && names.length === 0, false, names);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(textOf(node.moduleSpecifier), exportsTypesOnly(node), false, ['*']);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(textOf(node.argument.literal), true, false, []);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      if (target && ts.isStringLiteralLike(target)) add(target.text, false, true, ['*']);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}

function importedValues(clause: ts.ImportClause | undefined): string[] {
  if (!clause || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const names = clause.name ? ['default'] : [];
  const bindings = clause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, '*'];
  const values = bindings.elements.filter((e) => !e.isTypeOnly);
  return [...names, ...values.map((e) => (e.propertyName ?? e.name).text)];
}

function exportsTypesOnly(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  return clause !== undefined && ts.isNamedExports(clause) && clause.elements.every((e) => e.isTypeOnly);
}

const textOf = (node: ts.Node): string => (ts.isStringLiteralLike(node) ? node.text : node.getText());

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

/** The first cycle of a graph, its first station repeated at the end; null without one. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    const seenAt = path.indexOf(node);
    if (seenAt >= 0) return [...path.slice(seenAt), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return null;
}
