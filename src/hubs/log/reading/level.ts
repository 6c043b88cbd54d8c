/** How bad a line is, by what it says or how it looks. Looks at its beginning only, once, without regular expressions. */
import { LEVELS, type Level } from '../../../lines.ts';
import { jsonOf } from './json.ts';

/** How far into a line a level is looked for. */
const FAR = 160;

const [TRACE, DEBUG, INFO, WARN, ERROR, FATAL] = [0, 1, 2, 3, 4, 5];

const WORDS: Record<string, number> = {
  ...{ trace: TRACE, trc: TRACE, verbose: TRACE, finest: TRACE },
  ...{ debug: DEBUG, dbg: DEBUG, fine: DEBUG },
  ...{ info: INFO, inf: INFO, information: INFO, notice: INFO, log: INFO },
  ...{ warn: WARN, warning: WARN, wrn: WARN },
  ...{ error: ERROR, err: ERROR, severe: ERROR, eror: ERROR },
  ...{ fatal: FATAL, ftl: FATAL, critical: FATAL, crit: FATAL, panic: FATAL, emerg: FATAL, alert: FATAL },
  emergency: FATAL,
};
/** By syslog's numbers (RFC 5424), 0 to 7. */
const SYSLOG = [FATAL, FATAL, FATAL, ERROR, WARN, INFO, INFO, DEBUG];
const KLOG: Record<string, number> = { I: INFO, W: WARN, E: ERROR, F: FATAL };

/** Of a level as data says it: a word, pino's and bunyan's numbers from 10 on, syslog's up to 7; undefined for anything else. */
export function levelNamed(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    return word !== '' && word.length < 3 && Number.isInteger(Number(word))
      ? levelNamed(Number(word))
      : undefined;
  }
  if (typeof value !== 'number') return undefined;
  if (value >= 10) return Math.min(FATAL as number, Math.floor(value / 10) - 1);
  return SYSLOG[value];
}

/** Where structured messages have their level. */
const KEYS = ['level', 'severity', 'lvl', 'loglevel', 'log.level', '@l', 'levelname', 'PRIORITY'];

/** Of what a structured message says. */
export function levelOfFields(fields: Record<string, unknown>): number | undefined {
  for (const key of KEYS) {
    const level = Object.hasOwn(fields, key) ? levelNamed(fields[key]) : undefined;
    if (level !== undefined) return level;
  }
  return undefined;
}

/** The level of a line as an index into `LEVELS`; `info` where nothing says anything else. */
export function levelOf(text: string): number {
  const first = text.charCodeAt(0);
  // {
  if (first === 0x7b) {
    const fields = jsonOf(text);
    const level = fields && levelOfFields(fields);
    if (level !== undefined) return level;
  }
  // <N>, as syslog and systemd have it
  if (first === 0x3c) {
    const end = text.indexOf('>');
    const priority = end > 1 && end < 5 ? Number(text.slice(1, end)) : Number.NaN;
    if (Number.isInteger(priority) && priority < 192) return SYSLOG[priority & 7] as number;
  }
  const klog = KLOG[text.charAt(0)];
  if (klog !== undefined && isDigits(text, 1, 5) && text.charAt(5) === ' ') return klog;
  const access = text.indexOf(' HTTP/');
  if (access > 0 && access < 2_000) {
    const status = statusAfter(text, access);
    if (status !== undefined) return status >= 500 ? ERROR! : status >= 400 ? WARN! : INFO!;
  }
  return levelOfWords(text);
}

/** The level's name. */
export const levelName = (level: number): Level => LEVELS[level] ?? 'info';

/** Words in capitals count wherever they stand alone; others only where they label something: `[warn]`, `error:`, `level=info`. */
function levelOfWords(text: string): number {
  const end = Math.min(text.length, FAR);
  let at = 0;
  while (at < end) {
    if (!isLetter(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && isLetter(text.charCodeAt(at))) at += 1;
    const size = at - start;
    if (size > 2 && size < 12) {
      const level = levelOfWord(text, start, at);
      if (level !== undefined) return level;
    }
    // An exception: `java.io.IOException: …`, `ValueError: …`
    if (size >= 5 && start < 120 && endsAsException(text, start, at)) return ERROR!;
  }
  return INFO!;
}

function levelOfWord(text: string, start: number, end: number): number | undefined {
  const before = text.charCodeAt(start - 1);
  const after = text.charCodeAt(end);
  // Part of a longer name: TRACE_ID, my-error, 2error
  if (start > 0 && (isName(before) || before === 0x2f)) return undefined;
  if (isName(after)) return undefined;
  const word = text.slice(start, end);
  const capitals = isCapital(text.charCodeAt(start)) && isCapital(text.charCodeAt(end - 1));
  const labels =
    (before === 0x5b && after === 0x5d) ||
    after === 0x3a ||
    before === 0x3d ||
    (before === 0x22 && text.charCodeAt(start - 2) === 0x3d) ||
    (before === 0x7c && after === 0x7c);
  if (!capitals && !labels) return undefined;
  const lower = word.toLowerCase();
  return Object.hasOwn(WORDS, lower) ? WORDS[lower] : undefined;
}

/** Whether the letters of a line up to a place end the name of an exception, which a colon or the line's end follows. */
export function endsAsException(text: string, start: number, end: number): boolean {
  const after = text.charCodeAt(end);
  if (end < text.length && after !== 0x3a && after !== 0x20) return false;
  const capital = isCapital(text.charCodeAt(start));
  return (
    capital &&
    ((text.endsWith('Exception', end) && (after === 0x3a || end === text.length || end - start > 9)) ||
      (text.endsWith('Error', end) && after === 0x3a))
  );
}

/** The status after a quoted request of an access log; undefined where there is none. */
function statusAfter(text: string, from: number): number | undefined {
  const quote = text.indexOf('" ', from);
  if (quote === -1 || quote > from + 12 || !isDigits(text, quote + 2, quote + 5)) return undefined;
  return Number(text.slice(quote + 2, quote + 5));
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLetter = (code: number): boolean => isCapital(code & ~0x20);
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** A hyphen, a digit, an underscore or a dollar sign. */
const isName = (code: number): boolean => code === 0x5f || code === 0x2d || code === 0x24 || isDigit(code);

function isDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}
