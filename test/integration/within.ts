/** The built program in network namespaces: Muster in one, a guardian in another. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Namespace } from '../namespaces.ts';
import { until } from '../until.ts';
import { ended, type Said, type TestMuster } from './muster.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;

/** Programs that are ended together. */
export class Within {
  readonly #children = new Set<ChildProcess>();

  /** Starts `muster …` in a namespace, until it has printed the sign; gives what the sign found. */
  async start(
    { name }: Pick<Namespace, 'name'>,
    args: readonly string[],
    sign: RegExp,
  ): Promise<RegExpExecArray> {
    const inside = [`--net=/run/netns/${name}`, '--', process.execPath, MAIN, ...args];
    const child = spawn('nsenter', inside, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    return until(() => sign.exec(text) ?? undefined, String(sign));
  }

  /** Starts a Muster with its configuration and state, until it is up. */
  async manager(where: Pick<Namespace, 'name'>, { folder }: Pick<TestMuster, 'folder'>): Promise<void> {
    const places = ['--config', join(folder, 'config'), '--state', join(folder, 'var')];
    await this.start(where, ['start', ...places, '--log', join(folder, 'muster.log')], /Muster is up/);
  }

  /** Starts a guardian that trusts a Muster; gives its key. */
  async guardian(where: Pick<Namespace, 'name'>, muster: TestMuster): Promise<string> {
    const trusted = (await muster.run('key')).stdout.trim();
    const args = ['agent', 'guardian', '--state', join(muster.folder, 'guardian'), '--trust', trusted];
    return (await this.start(where, args, /Its key is (\S+)/))[1] as string;
  }

  /** Ends them all. */
  async end(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    await Promise.all([...this.#children].map(ended));
  }
}

/** Says a line whose run waits for somebody: its id, and how it ends. */
export async function holding(
  muster: TestMuster,
  line: string,
): Promise<{ run: string; held: Promise<Said> }> {
  let run: string | undefined;
  const held = muster.say(line, (event) => {
    if ('run' in event) run = event.run;
  });
  return { held, run: await until(() => run, 'the run') };
}

/** The lines that programs printed in a run. */
export const linesOf = ({ events }: Said): string[] =>
  events.flatMap((event) => (event.type === 'lines' ? event.lines : []));
