/** Values that must never be seen, and the scrubber that every sink (chat, log, audit) passes its text through. */
import { inspect } from 'node:util';

const REDACTED = '[redacted]';
/** Of a secret of several lines, those at least so long are secret on their own, too. */
const LEARNT_LINE = 8;
const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY-----/;
/** The most lines of a private key; a beginning without an end hides no more. */
const KEY_LINES = 200;

/** A value that prints as `[redacted]` however it is printed; `reveal()` is the only way to it. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself, for the one call that needs it. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return REDACTED;
  }
  toJSON(): string {
    return REDACTED;
  }
  [inspect.custom](): string {
    return REDACTED;
  }
}

/**
 * What a credential looks like even where nobody declared it: URLs with passwords, tokens of the large services, private keys, `password=`.
 * Repetitions are bounded where a long line could make them slow. The first entry is what a text has one of where the pattern can fit.
 */
const PATTERNS: [hints: string[], pattern: RegExp, replacement: string][] = [
  [['://'], /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{0,200}):[^\s@/]+@/gi, `$1:${REDACTED}@`],
  // A token alone, as GitHub and GitLab take it; a user's name is shorter.
  [['://'], /\b(https?:\/\/)[^\s:/@]{16,}@/gi, `$1${REDACTED}@`],
  [
    ['-----BEGIN'],
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    REDACTED,
  ],
  [
    ['gh', 'xox', 'xapp-', 'glpat-', 'AKIA', ':'],
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|glpat-[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|\d{8,10}:[A-Za-z0-9_-]{35})\b/g,
    REDACTED,
  ],
  [
    [' ', '\t', '\n'],
    /\b((?:authorization\s{0,9}[:=]\s{0,9}(?:bearer|basic)?|bearer)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
    `$1${REDACTED}`,
  ],
  [
    ['=', ':'],
    /((?:password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;"'&]+)/gi,
    `$1${REDACTED}`,
  ],
];

/** Replaces every known secret, plain or encoded (base64, hex, URL, JSON), and everything that looks like a credential. */
export class Scrubber {
  readonly #forms = new Set<string>();
  #expression: RegExp | undefined;

  /** Learns a secret, whole and (of several lines) line by line; shorter than four characters is refused, as it would redact ordinary words. */
  learn(value: string | Secret): void {
    const plain = value instanceof Secret ? value.reveal() : value;
    const lines = plain.split(/\r?\n/).map((line) => line.trim());
    if (lines.length > 1) for (const line of lines) if (line.length >= LEARNT_LINE) this.learn(line);
    if (plain.length < 4) return;
    const bytes = Buffer.from(plain);
    const forms = [
      plain,
      encodeURIComponent(plain),
      bytes.toString('hex'),
      JSON.stringify(plain).slice(1, -1),
    ];
    // The characters in the middle of a base64 text depend on the offset of the secret in what was encoded: three alignments.
    for (const pad of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(pad), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const stable = encoded.slice(pad === 0 ? 0 : pad + 1, encoded.length - 1);
      if (stable.length >= 6) forms.push(stable, stable.replace(/\+/g, '-').replace(/\//g, '_'));
    }
    for (const form of forms) this.#forms.add(form);
    this.#expression = undefined;
  }

  /** The text with all secrets replaced by `[redacted]`. */
  text(text: string): string {
    if (this.#expression === undefined && this.#forms.size > 0) {
      const sorted = [...this.#forms].sort((a, b) => b.length - a.length);
      this.#expression = new RegExp(
        sorted.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
        'g',
      );
    }
    let clean = this.#expression ? text.replace(this.#expression, REDACTED) : text;
    for (const [hints, pattern, replacement] of PATTERNS) {
      if (hints.some((hint) => clean.includes(hint))) clean = clean.replace(pattern, replacement);
    }
    return clean;
  }

  /** Scrubs the lines of one output, one after the other: a private key that began on an earlier line stays gone to its end. */
  lines(): (line: string) => string {
    let left = 0;
    return (line) => {
      if (left === 0 && !(KEY_BEGINS.test(line) && !KEY_ENDS.test(line))) return this.text(line);
      left = KEY_ENDS.test(line) ? 0 : (left || KEY_LINES) - 1;
      return REDACTED;
    };
  }

  /** A copy of plain data in which every string, keys too, went through `text`. */
  data<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (value instanceof Secret) return REDACTED as T;
    if (Array.isArray(value)) return value.map((entry) => this.data(entry)) as T;
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [this.text(key), this.data(entry)]),
      ) as T;
    }
    return value;
  }
}
