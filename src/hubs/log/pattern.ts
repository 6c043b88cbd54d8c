/** Regular expressions that strangers write: they get a thread of their own and their time, and no more. */
import { Worker } from 'node:worker_threads';
import { MusterError } from '../../errors.ts';

/** How long one look through a block's messages may take, ms. */
const LONGEST = 250;
/** How long the thread stays when nobody asks, ms. */
const IDLE = 10_000;

/**
 * What the thread does: says of each text whether the expression is found in it, or nothing where that takes too long. The time limit
 * of a context ends a search from within, also one that goes back and forth for ever.
 */
const THREAD = `
const { parentPort } = require('node:worker_threads');
const { createContext, Script } = require('node:vm');
const work = {};
const context = createContext(work);
const script = new Script('find()');
parentPort.on('message', ({ id, source, texts, longest }) => {
  const found = new Uint8Array(texts.length);
  const expression = new RegExp(source, 'im');
  work.find = () => texts.forEach((text, at) => { found[at] = expression.test(text) ? 1 : 0; });
  try {
    script.runInContext(context, { timeout: longest });
    parentPort.postMessage({ id, found });
  } catch {
    parentPort.postMessage({ id });
  }
});
`;

/** Says for each text whether the expression is found in it. */
export type Pattern = (texts: readonly string[]) => Promise<boolean[]>;

interface Answer {
  id: number;
  found?: Uint8Array;
}

interface Asked {
  done(found: Uint8Array | undefined): void;
  failed(error: unknown): void;
}

/** Throws `logs.pattern` where that is no expression; what is given rejects with it where it takes too long. */
export function patternOf(source: string): Pattern {
  try {
    new RegExp(source, 'im');
  } catch (error) {
    throw new MusterError('logs.pattern', { pattern: source, slow: false }, { cause: error });
  }
  return async (texts) => {
    if (texts.length === 0) return [];
    const found = await ask(source, texts);
    if (!found) throw new MusterError('logs.pattern', { pattern: source, slow: true });
    return texts.map((_, at) => found[at] === 1);
  };
}

let thread: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let last = 0;
const waiting = new Map<number, Asked>();

/** Undefined where it took too long. */
function ask(source: string, texts: readonly string[]): Promise<Uint8Array | undefined> {
  thread ??= begun();
  clearTimeout(idle);
  // It keeps the process only while somebody waits.
  thread.ref();
  last += 1;
  const id = last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    thread?.postMessage({ id, source, texts, longest: LONGEST });
  });
}

function begun(): Worker {
  const worker = new Worker(THREAD, { eval: true, execArgv: [], env: {} });
  worker.on('message', ({ id, found }: Answer) => {
    waiting.get(id)?.done(found);
    waiting.delete(id);
    if (waiting.size > 0) return;
    worker.unref();
    idle = setTimeout(() => {
      thread = undefined;
      void worker.terminate();
    }, IDLE).unref();
  });
  // Whatever ends it, it can be begun anew.
  const ended = (error: unknown): void => {
    if (thread !== worker) return;
    thread = undefined;
    for (const { failed } of waiting.values()) failed(error);
    waiting.clear();
  };
  worker.on('error', ended);
  worker.on('exit', () => ended(new Error('The thread that looks for patterns has ended.')));
  return worker;
}
