/**
 * Configuration files from Mustache templates and plain data, strictly: what the data does not have is an error with its place,
 * never an empty text. The syntax is that of mustache(5), parsed by mustache.js; functions are those of `LAMBDAS`.
 */
import Mustache from 'mustache';
import { MusterError } from '../../errors.ts';
import { type Escape, escapeAs } from './escape.ts';
import { FUNCTIONS, LAMBDAS } from './lambdas.ts';
import { MISSING, Names } from './names.ts';

/** How deep partials may hold partials. */
const DEEPEST = 100;
/** How deep sections may hold sections, also through partials. */
const DEEPEST_SECTIONS = 500;
/** The most bytes of a file. */
const LARGEST = 8 * 1024 * 1024;
/** The most tags and texts that are written, so that loops in loops end. */
const MOST = 2_000_000;

export interface Template {
  name: string;
  text: string;
}

export interface Rendered {
  text: string;
  /** The names of the data it depends on, dotted; the empty one for all of it. */
  used: Set<string>;
}

/** mustache.js gives `[kind, value, start, end, inner, end of section, …]`. */
type Token = [string, string, number, number, (Token[] | string)?, number?, boolean?];

const writer = new Mustache.Writer();
// It would remember every text it ever saw.
Object.assign(writer, { templateCache: undefined });

/** What mustache.js says of a text that is no template. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'Unclosed tag': 'tag',
  'Unclosed section': 'open',
  'Unopened section': 'closed',
  'Invalid tags': 'tags',
};

/** Templates by name, each parsed once. A template may hold the others as partials. */
export class Templates {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #parsed = new Map<string, Token[]>();

  /** `texts` are the templates, by name. */
  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  /**
   * The file that a template makes of data. Rejects by throwing `template.unknown`, `template.syntax`, `template.missing`,
   * `template.value`, `template.function`, `template.deep` or `template.large`, each with the template and the line.
   */
  render(name: string, data: object, format: Escape = 'none'): Rendered {
    const used = new Set<string>();
    const rendering = new Rendering(this, format);
    return { text: rendering.run(name, new Names(data, used)), used };
  }

  /** The text of a template; undefined where there is none. */
  text(name: string): string | undefined {
    return Object.hasOwn(this.#texts, name) ? this.#texts[name] : undefined;
  }

  /** The tags of a template's text; `key` is what it is remembered by. */
  parse(name: string, text: string, key = name): Token[] {
    const known = this.#parsed.get(key);
    if (known) return known;
    try {
      const tokens = writer.parse(text) as Token[];
      this.#parsed.set(key, tokens);
      return tokens;
    } catch (error) {
      const [, kind = '', section, at = text.length] =
        /^(\w+ \w+)(?: "(.*)")?(?:: .*)?(?: at (\d+))?$/.exec((error as Error).message) ?? [];
      const problem = PROBLEMS[kind] ?? 'tags';
      throw new MusterError('template.syntax', {
        ...placeOf(name, text, Number(at)),
        problem,
        name: section,
      });
    }
  }
}

/** One file being written. */
class Rendering {
  readonly #templates: Templates;
  readonly #escape: (text: string) => string | undefined;
  readonly #format: Escape;
  /** The templates that are open, innermost last. */
  readonly #open: Template[] = [];
  #left = MOST;
  #depth = 0;

  constructor(templates: Templates, format: Escape) {
    this.#templates = templates;
    this.#escape = escapeAs[format];
    this.#format = format;
  }

  run(name: string, names: Names): string {
    const text = this.#templates.text(name);
    if (text === undefined) throw new MusterError('template.unknown', { name, place: name });
    return this.#within({ name, text }, this.#templates.parse(name, text), names);
  }

  #within(template: Template, tokens: Token[], names: Names): string {
    this.#open.push(template);
    const text = this.#write(tokens, names);
    this.#open.pop();
    return text;
  }

  #write(tokens: readonly Token[], names: Names): string {
    if (this.#depth >= DEEPEST_SECTIONS) throw new MusterError('template.large', { ...this.#place() });
    let text = '';
    this.#depth += 1;
    this.#left -= tokens.length + 1;
    for (const token of tokens) {
      switch (token[0]) {
        case 'text':
          text += token[1];
          break;
        case 'name':
          text += this.#escaped(token, names);
          break;
        case '&':
          text += this.#value(token, names);
          break;
        case '#':
          text += this.#section(token, names);
          break;
        case '^':
          text += isNothing(this.#found(token, names)) ? this.#write(token[4] as Token[], names) : '';
          break;
        case '>':
          text += this.#partial(token, names);
          break;
      }
    }
    this.#depth -= 1;
    if (this.#left < 0 || text.length > LARGEST)
      throw new MusterError('template.large', { ...this.#place() });
    return text;
  }

  #section(token: Token, names: Names): string {
    const inner = token[4] as Token[];
    if (token[1].startsWith(`${FUNCTIONS}.`)) return this.#function(token)(this.#write(inner, names));
    const value = this.#found(token, names);
    if (isNothing(value)) return '';
    if (!Array.isArray(value)) return this.#write(inner, value === true ? names : names.push(value));
    let text = '';
    for (const one of value) {
      text += this.#write(inner, names.push(one));
      if (text.length > LARGEST) throw new MusterError('template.large', { ...this.#place(token) });
    }
    return text;
  }

  #function(token: Token): (text: string) => string {
    const name = token[1].slice(FUNCTIONS.length + 1);
    const found = Object.hasOwn(LAMBDAS, name) ? LAMBDAS[name] : undefined;
    if (found) return found;
    throw new MusterError('template.function', {
      ...this.#place(token),
      name,
      known: Object.keys(LAMBDAS).join(', '),
    });
  }

  #partial(token: Token, names: Names): string {
    const [, name, , , indentation] = token as [string, string, number, number, string];
    const text = this.#templates.text(name);
    if (text === undefined) throw new MusterError('template.unknown', { name, ...this.#place(token) });
    if (this.#open.length >= DEEPEST) {
      const chain = this.#open.slice(-5).map((one) => one.name);
      throw new MusterError('template.deep', { ...this.#place(token), chain: [...chain, name].join(' > ') });
    }
    // As mustache.js has it: a partial alone on its line is indented as that line is.
    const indent = token[5] === 0 ? indentation.replace(/[^ \t]/g, '') : '';
    const indented = indent === '' ? text : indentLines(text, indent, token[6] === true);
    const tokens = this.#templates.parse(name, indented, `${name}\0${indent}\0${token[6]}`);
    return this.#within({ name, text: indented }, tokens, names);
  }

  #escaped(token: Token, names: Names): string {
    const escaped = this.#escape(this.#value(token, names));
    if (escaped !== undefined) return escaped;
    throw new MusterError('template.value', { ...this.#place(token), name: token[1], problem: this.#format });
  }

  /** A value as text. */
  #value(token: Token, names: Names): string {
    const value = this.#found(token, names);
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (value === null) throw this.#missing(token);
    const problem = Array.isArray(value) ? 'list' : 'map';
    throw new MusterError('template.value', { ...this.#place(token), name: token[1], problem });
  }

  #found(token: Token, names: Names): unknown {
    const value = names.lookup(token[1]);
    if (value === MISSING || value === undefined) throw this.#missing(token);
    return value;
  }

  #missing(token: Token): MusterError {
    return new MusterError('template.missing', { ...this.#place(token), name: token[1] });
  }

  #place(token?: Token): { place: string } {
    const { name, text } = this.#open.at(-1) as Template;
    return placeOf(name, text, token?.[2] ?? 0);
  }
}

/** Whether a section is left out: for `false`, `null`, 0, an empty text and an empty list. */
const isNothing = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0);

/** `nginx.conf:12`. */
const placeOf = (name: string, text: string, at: number): { place: string } => ({
  place: `${name}:${text.slice(0, at).split('\n').length}`,
});

const indentLines = (text: string, indent: string, notFirst: boolean): string =>
  text
    .split('\n')
    .map((line, index) => (line.length > 0 && (index > 0 || !notFirst) ? indent + line : line))
    .join('\n');
