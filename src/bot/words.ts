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

/** A quote that is opened and never closed. */
export interface Unclosed {
  unclosed: string;
  start: number;
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
const BLANK = /\s*/y;
const PLAIN = /[^\s,"“”„«»'‘’‚]+(?=\s|$)/y;
const LETTER = /[\p{L}\p{N}]/u;
const SPACE = /\s/;

/** The place of the first character at or after `from` that is not white space. */
export function skipBlank(line: string, from: number): number {
  BLANK.lastIndex = from;
  BLANK.test(line);
  return BLANK.lastIndex;
}

/** The next word at or after `from`; undefined at the end of the line. */
export function nextWord(line: string, from: number): Word | Unclosed | undefined {
  const start = skipBlank(line, from);
  if (start >= line.length) return undefined;
  PLAIN.lastIndex = start;
  if (PLAIN.test(line)) {
    const end = PLAIN.lastIndex;
    return { text: line.slice(start, end), start, end, quoted: false, commas: NONE };
  }
  return mixedWord(line, start);
}

/** A word with quotes or commas in it. A quote opens only where a value may start: elsewhere it is a letter. */
function mixedWord(line: string, start: number): Word | Unclosed {
  const commas: number[] = [];
  let text = '';
  let at = start;
  let opens = true;
  while (at < line.length && !SPACE.test(line[at]!)) {
    const letter = line[at]!;
    if (opens && CLOSERS.has(letter)) {
      const inner = quotedText(line, at);
      if (inner === undefined) return { unclosed: letter, start: at };
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
  if (/^[\x20-\x7e]*$/.test(line)) return undefined;
  const hidden = /(?![\t\n\v\f\r])[\p{Cc}\p{Cf}\p{Cs}]/gu;
  hidden.lastIndex = from;
  const found = hidden.exec(line);
  if (!found) return undefined;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return { code: `U+${code}`, place: found.index + 1 };
}
