/** Cuts a line into words, as people and their phones type them: quotes of many kinds, odd spaces, apostrophes. */

/** One word of a line. */
export interface Word {
  /** Without its quotes. */
  text: string;
  /** Where it starts and ends in the line. */
  start: number;
  end: number;
  /** It starts with a quote, so it is a value whatever it looks like. */
  quoted: boolean;
  /** Places in `text` of the commas outside quotes. */
  commas: readonly number[];
}

/** A quote that is opened and never closed: the line ends inside it. */
export interface Unclosed {
  unclosed: string;
  start: number;
  end: number;
}

/** Each opening quote and what may close it. Phones, and people who copy from documents, mix them. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['“', '”“"'],
  ['”', '”'],
  ['„', '“”"'],
  ['«', '»'],
  ['»', '«'],
  ["'", "'"],
  ['‘', "’'"],
  ['’', '’'],
  ['‚', '‘’'],
]);
const SINGLE = "'‘’‚";
const NONE: readonly number[] = [];
const LETTER = /[\p{L}\p{N}]/u;
const SPACE = /\s/;

/** The place of the first character at or after `from` that is not white space. */
export function skipBlank(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at += 1;
  return at;
}

/** The next word at or after `from`; undefined at the end of the line. */
export function nextWord(line: string, from: number): Word | Unclosed | undefined {
  const start = skipBlank(line, from);
  if (start >= line.length) return undefined;
  let end = start;
  while (end < line.length && isPlain(line.charCodeAt(end))) end += 1;
  if (end < line.length && !isBlank(line.charCodeAt(end))) return mixedWord(line, start);
  return { text: line.slice(start, end), start, end, quoted: false, commas: NONE };
}

/** As `\s` has it, without asking a regular expression about each letter. */
const isBlank = (code: number): boolean =>
  code === 0x20 ||
  (code < 0x21 && code > 0x08 && code < 0x0e) ||
  (code > 0x7f && SPACE.test(String.fromCharCode(code)));

const isPrintableAscii = (code: number): boolean => code > 0x1f && code < 0x7f;

/** ASCII that is neither white space, a quote nor a comma. */
const isPlain = (code: number): boolean =>
  code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x27 && code !== 0x2c;

/** A word with quotes or commas in it. A quote opens only where a value may start: elsewhere it is a letter. */
function mixedWord(line: string, start: number): Word | Unclosed {
  const commas: number[] = [];
  let text = '';
  let at = start;
  let opens = true;
  while (at < line.length && !isBlank(line.charCodeAt(at))) {
    const letter = line[at]!;
    if (opens && CLOSERS.has(letter)) {
      const inner = quotedText(line, at);
      if (inner === undefined) return { unclosed: letter, start: at, end: line.length };
      text += inner.text;
      at = inner.end;
      continue;
    }
    if (letter === ',') commas.push(text.length);
    opens = letter === '=' || letter === ',';
    text += letter;
    at += 1;
  }
  return { text, start, end: at, quoted: CLOSERS.has(line[start]!), commas };
}

/** What stands between a quote at `open` and its closing one, and where it goes on. */
function quotedText(line: string, open: number): { text: string; end: number } | undefined {
  const closers = CLOSERS.get(line[open]!)!;
  const single = SINGLE.includes(line[open]!);
  let text = '';
  for (let at = open + 1; at < line.length; at += 1) {
    const letter = line[at]!;
    const next = line[at + 1] ?? '';
    if (letter === '\\' && !single && next !== '' && (next === '\\' || closers.includes(next))) {
      text += next;
      at += 1;
    } else if (closers.includes(letter) && !(single && LETTER.test(line[at - 1]!) && LETTER.test(next))) {
      return { text, end: at + 1 };
    } else {
      text += letter;
    }
  }
  return undefined;
}

/**
 * The first character from `from` on that nobody sees and that could make a line read as another: controls, format
 * characters such as zero-width and direction marks (Unicode technical report 36), halves of a surrogate pair.
 * `place` counts from 1; undefined where there is none.
 */
export function hiddenCharacter(line: string, from: number): { code: string; place: number } | undefined {
  let at = from;
  while (at < line.length && isPrintableAscii(line.charCodeAt(at))) at += 1;
  if (at === line.length) return undefined;
  const hidden = /(?![\t\n\v\f\r])[\p{Cc}\p{Cf}\p{Cs}]/gu;
  hidden.lastIndex = at;
  const found = hidden.exec(line);
  if (!found) return undefined;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return { code: `U+${code}`, place: found.index + 1 };
}

/** A piece of a person's text for a reply: one line, short, nothing hidden. */
export function shown(text: string): string {
  const clean = text.slice(0, 60).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, ' ');
  return clean.length > 40 || text.length > 60 ? `${clean.slice(0, 39)}…` : clean.trim();
}
