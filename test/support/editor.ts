import { resolve } from 'node:path';
import ts from 'typescript';

/** What an editor shows at a place. */
export interface Shown {
  /** The symbol with its type. */
  readonly type: string;
  readonly docs: string;
  /** Where "go to definition" leads, within this text: the first words of what is declared there. */
  readonly definitions: readonly string[];
}

/**
 * TypeScript's language service on one file of a program, as editors ask it. Places are marked in the text with `⟨name⟩`; what is
 * asked for is right behind the mark.
 */
export class Editor {
  private readonly text: string;
  private readonly places = new Map<string, number>();
  private readonly file: string;
  private readonly service: ts.LanguageService;

  constructor(marked: string, config: string) {
    let text = '';
    for (const part of marked.split(/(⟨\w+⟩)/)) {
      const mark = /^⟨(\w+)⟩$/.exec(part);
      if (mark) this.places.set(mark[1]!, text.length);
      else text += part;
    }
    this.text = text;
    this.file = resolve(config, '..', 'in-the-editor.ts');
    this.service = ts.createLanguageService(this.host(config));
  }

  /** What the compiler has against the text. */
  problems(): string[] {
    const { service, file } = this;
    return [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
    );
  }

  at(place: string): Shown {
    const position = this.position(place);
    const info = this.service.getQuickInfoAtPosition(this.file, position);
    const definitions = this.service.getDefinitionAtPosition(this.file, position) ?? [];
    return {
      type: ts.displayPartsToString(info?.displayParts).replace(/\s+/g, ' '),
      docs: ts.displayPartsToString(info?.documentation),
      definitions: definitions.map(({ fileName, textSpan: { start } }) =>
        fileName === this.file ? (/^[^({:]*/.exec(this.text.slice(start))?.[0] ?? '') : fileName,
      ),
    };
  }

  /** Names that are offered there, and the docs of each. */
  offered(place: string): Map<string, string> {
    const position = this.position(place);
    const { service, file } = this;
    const entries = service.getCompletionsAtPosition(file, position, {})?.entries ?? [];
    return new Map(
      entries.map(({ name }) => {
        const details = service.getCompletionEntryDetails(file, position, name, {}, undefined, {}, undefined);
        return [name, ts.displayPartsToString(details?.documentation)];
      }),
    );
  }

  private position(place: string): number {
    const position = this.places.get(place);
    if (position === undefined) throw new Error(`The text has no place ⟨${place}⟩`);
    return position;
  }

  private host(config: string): ts.LanguageServiceHost {
    const { config: raw } = ts.readConfigFile(config, (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(raw, ts.sys, resolve(config, '..'));
    const { file, text } = this;
    const read = (path: string) => (path === file ? text : ts.sys.readFile(path));
    return {
      ...ts.sys,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getScriptFileNames: () => [file],
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const content = read(path);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getCurrentDirectory: () => process.cwd(),
      readFile: read,
      fileExists: (path) => path === file || ts.sys.fileExists(path),
    };
  }
}
