/** Does what files ask for once they are written: a signal, another program, or a restart of the command. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { HubConfig } from '../../hub.ts';
import type { Words } from '../words.ts';

const RUN_MS = 60_000;
/** How much of what a program printed is told, characters. */
const TOLD = 300;

export interface ApplyParts {
  words: Words;
  signal(signal: NodeJS.Signals): void;
  restart(): Promise<void>;
}

/** Rejects with why it did not work. */
export async function apply(what: HubConfig['apply'], { words, signal, restart }: ApplyParts): Promise<void> {
  if (what === undefined) return;
  if (what === 'restart') return restart();
  if ('signal' in what) {
    const name = `SIG${what.signal.toUpperCase().replace(/^SIG/, '')}`;
    if (!Object.hasOwn(constants.signals, name)) throw new Error(what.signal);
    return signal(name as NodeJS.Signals);
  }
  await run(what.run, words);
}

function run(argv: readonly string[], words: Words): Promise<void> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_MS,
      killSignal: 'SIGKILL',
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString('utf8')).slice(-TOLD);
      });
    child.once('error', (error) =>
      reject(new Error(words.notStarted({ command: program, message: error.message }))),
    );
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(
        new Error(
          [`${program}: ${words.ended({ how: `${signal ?? code}` })}`, text.trim()]
            .filter(Boolean)
            .join(': '),
        ),
      );
    });
  });
}
