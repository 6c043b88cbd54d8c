/** Traces of Java, Python, Go, Node, Ruby, .NET and Rust: which lines belong to the one before them. */
import { endsAsException } from './level.ts';

type Kind = 'none' | 'frames' | 'python' | 'go' | 'node' | 'rust';

/** Whether a line, whatever its level, is how a trace begins. */
export const beginsTrace = (text: string): boolean =>
  kindOf(text) !== 'none' || isException(text) || text.startsWith('Exception in ');

/** Whether a line is in the midst of a trace, whatever came before it. */
export const goesOnTrace = (text: string): boolean => isFrame(text) || isCause(text);

function kindOf(text: string): Kind {
  if (goesOnTrace(text)) return 'frames';
  if (text.includes('Traceback (most recent call last)')) return 'python';
  if (text.startsWith('panic: ') || text.startsWith('fatal error: ') || isGoroutine(text)) return 'go';
  if (text.startsWith("thread '") && text.includes(' panicked at ')) return 'rust';
  return isPlace(text) ? 'node' : 'none';
}

/** A trace that is being read, after its first line. */
export class Trace {
  #kind: Kind;
  /** Whether an exception has been named. */
  #named: boolean;
  /** Python: how it ended has been said. Node: lines since its place in the source. */
  #said = false;
  #lines = 0;
  #braces: boolean;

  constructor(first: string) {
    this.#kind = kindOf(first);
    this.#named = isException(first);
    this.#braces = first.endsWith('{');
  }

  /** Whether a line belongs to it, which it then does. */
  takes(line: string): boolean {
    this.#lines += 1;
    const takes = this.#takes(line);
    if (takes) this.#braces = line.endsWith('{') || (this.#braces && line !== '}');
    return takes;
  }

  #takes(line: string): boolean {
    if (this.#kind === 'none') return this.#begins(line);
    if (this.#kind === 'python') return this.#python(line);
    if (this.#kind === 'go') return isOfGo(line);
    if (this.#kind === 'rust') return this.#lines === 1 || isOfRust(line);
    if (this.#kind === 'node') return this.#node(line);
    return isIndented(line) || isCause(line) || (this.#braces && line === '}');
  }

  /** After a line that is no trace by itself. */
  #begins(line: string): boolean {
    if (isFrame(line)) this.#kind = 'frames';
    else if (line.startsWith('Traceback (most recent call last)')) this.#kind = 'python';
    else if (isGoroutine(line)) this.#kind = 'go';
    else if (!this.#named && isException(line)) this.#named = true;
    else return this.#braces && isIndented(line);
    return true;
  }

  #python(line: string): boolean {
    if (!this.#said) {
      if (!isIndented(line)) this.#said = true;
      return true;
    }
    if (line === '') return true;
    if (line.startsWith('During handling of the above') || line.startsWith('The above exception was'))
      return true;
    if (!line.startsWith('Traceback (most recent call last)')) return false;
    this.#said = false;
    return true;
  }

  /** A place in the source, its line, a caret, nothing, and then the error. */
  #node(line: string): boolean {
    if (this.#lines === 1) return true;
    if (this.#lines === 2) return isCaret(line);
    if (this.#lines === 3) return line === '';
    this.#kind = 'frames';
    return true;
  }
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

const isIndented = (line: string): boolean => isSpace(line.charCodeAt(0));

/** Where a line's words begin. */
function indent(line: string): number {
  let at = 0;
  while (at < 200 && isSpace(line.charCodeAt(at))) at += 1;
  return at;
}

function isFrame(line: string): boolean {
  const at = indent(line);
  return (
    at > 0 &&
    (line.startsWith('at ', at) ||
      line.startsWith('from ', at) ||
      line.startsWith('File "', at) ||
      line.startsWith('... ', at))
  );
}

const isCause = (line: string): boolean =>
  line.startsWith('Caused by: ') || line.startsWith('Suppressed: ') || line.startsWith('---> ');

const isGoroutine = (line: string): boolean => line.startsWith('goroutine ') && line.endsWith(':');

const isOfGo = (line: string): boolean =>
  line === '' ||
  isIndented(line) ||
  isGoroutine(line) ||
  line.startsWith('created by ') ||
  line.startsWith('[signal ') ||
  line.startsWith('exit status ') ||
  line.startsWith('panic: ') ||
  (line.endsWith(')') && line.includes('(') && line.includes('.') && !line.includes(' ['));

const isOfRust = (line: string): boolean =>
  isIndented(line) || line.startsWith('stack backtrace:') || line.startsWith('note: ');

/** A name that ends in Exception or Error, and perhaps what it says. */
function isException(line: string): boolean {
  let [at, start] = [0, 0];
  for (; at < Math.min(line.length, 200); at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x2e || code === 0x24) start = at + 1;
    else if (
      !((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) &&
      !(code >= 0x30 && code <= 0x39) &&
      code !== 0x5f
    )
      break;
  }
  return at > start && endsAsException(line, start, at);
}

/** A place in a source file, as Node begins with: `/app/main.js:12`. */
function isPlace(line: string): boolean {
  if (!line.startsWith('/') && !line.startsWith('file://') && !line.startsWith('node:')) return false;
  const colon = line.lastIndexOf(':');
  return (
    colon > 0 &&
    colon < line.length - 1 &&
    !line.includes(' ') &&
    Number.isInteger(Number(line.slice(colon + 1)))
  );
}

const isCaret = (line: string): boolean => {
  const rest = line.trim();
  return rest !== '' && rest.replaceAll('^', '') === '';
};
