import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser';

/** One `key = value` of a file. */
interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** Counted from 1. */
  readonly line: number;
  /** Of each element, when the value is a list. */
  readonly elementLines: readonly number[];
}

/** What a file says, and what in it is no TOML or no flat list of settings. */
export interface TomlFile {
  readonly entries: readonly Entry[];
  readonly mistakes: readonly Mistake[];
}

interface Mistake extends Pick<Entry, 'key' | 'line'> {
  readonly problem: string;
  /** Undefined: to write it in TOML. */
  readonly remedy?: string;
}

/** Reads TOML 1.0, past its mistakes: all that can be understood of a file is. */
export function readToml(text: string): TomlFile {
  try {
    return fromProgram(parseTOML(text, { tomlVersion: '1.0' }), 1);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const parts = statements(text).map(readStatement);
  return { entries: parts.flatMap(({ entries }) => entries), mistakes: parts.flatMap(({ mistakes }) => mistakes) };
}

interface Statement {
  readonly line: number;
  readonly lines: readonly string[];
}

/** Each with the lines that belong to it: those that are empty, comments, indented, or close what was opened. */
function statements(text: string): Statement[] {
  const found: { line: number; lines: string[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const last = found.at(-1);
    if (last === undefined || /^[^\s#\]}]/.test(line)) found.push({ line: index + 1, lines: [line] });
    else last.lines.push(line);
  }
  return found;
}

function readStatement({ line, lines }: Statement): TomlFile {
  try {
    return fromProgram(parseTOML(lines.join('\n'), { tomlVersion: '1.0' }), line);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = line + Math.min(error.lineNumber, lines.length) - 1;
    const key = /^\s*([\w.-]+)/.exec(lines[0] ?? '')?.[1] ?? '';
    return { entries: [], mistakes: [{ line: at, key, problem: `not TOML: ${error.message.toLowerCase()}.` }] };
  }
}

/** `firstLine`: where in the file the program begins. */
function fromProgram(program: AST.TOMLProgram, firstLine: number): TomlFile {
  const lineOf = ({ loc }: AST.TOMLNode): number => loc.start.line + firstLine - 1;
  const entries: Entry[] = [];
  const mistakes: Mistake[] = [];
  const addEntry = (node: AST.TOMLKeyValue): void => {
    entries.push({
      key: getStaticTOMLValue(node.key).join('.'),
      value: getStaticTOMLValue(node.value),
      line: lineOf(node),
      elementLines: node.value.type === 'TOMLArray' ? node.value.elements.map(lineOf) : [],
    });
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') addEntry(node);
    else {
      const key = `[${node.key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value)).join('.')}]`;
      const problem = 'settings are not in sections.';
      mistakes.push({ line: lineOf(node), key, problem, remedy: 'Remove this line.' });
      for (const inside of node.body) addEntry(inside);
    }
  }
  return { entries, mistakes };
}
