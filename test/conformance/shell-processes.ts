/** The part of the conformance suite that is about processes: what is seen of them, and that they end. */
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../src/errors.ts';
import type { Shell } from '../../src/shell.ts';
import { commandLines, isAlive } from './process-table.ts';
import type { Opened } from './shell.ts';

/** A child, a grandchild, and one that ignores SIGTERM; prints the three process ids. */
const FAMILY = `
sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' &
sh -c 'sleep 600 & echo $!; echo $$; wait' &
wait
`;

export function processConformance(shell: () => Shell, open: () => Promise<Opened>): void {
  const family = async (options: { signal?: AbortSignal; timeout?: number }, full: () => void) => {
    const pids: number[] = [];
    const onLine = (line: string) => {
      pids.push(Number(line));
      if (pids.length === 3) full();
    };
    const error = await shell()
      .run(['sh', '-c', FAMILY], { ...options, onLine })
      .then(
        () => assert.fail('it ended by itself'),
        (thrown: unknown) => thrown,
      );
    if (!(error instanceof MusterError)) throw error;
    const alive = await Promise.all(pids.map(isAlive));
    return { code: error.code, alive, lines: error.lines.length };
  };

  test('aborting ends children and grandchildren, also those that ignore SIGTERM, before it says so', async () => {
    const abort = new AbortController();
    const ended = await family({ signal: abort.signal }, () => abort.abort());
    assert.deepEqual(ended, { code: 'shell.aborted', alive: [false, false, false], lines: 3 });
  });

  test('running out of time ends them, too', async () => {
    const ended = await family({ timeout: 3_000 }, () => {});
    assert.deepEqual(ended, { code: 'shell.timeout', alive: [false, false, false], lines: 3 });
  });

  test('an aborted call starts nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-nothing-'));
    const file = join(folder, 'started');
    await assert.rejects(shell().run(['touch', file], { signal: AbortSignal.abort() }));
    await assert.rejects(access(file));
    await rm(folder, { recursive: true });
  });

  test('the environment, the mark and the input never show in a process list', async () => {
    const env = { TOKEN: 'tok-7f3a9c-env' };
    const folder = await mkdtemp(join(tmpdir(), 'muster-hidden-'));
    const go = join(folder, 'go');
    let seen = '';
    let ended = false;
    const look = async () => {
      while (!ended) {
        seen += await commandLines();
        // It ends only after it was seen for a while.
        if (seen.split('printenv TOKEN').length > 5) await writeFile(go, '');
        await sleep(1);
      }
    };
    const script = 'printenv TOKEN; until [ -e "$1" ]; do sleep 0.05; done; cat';
    const run = shell()
      .marked('r-hidden7f3a9c')
      .run(['sh', '-c', script, 'sh', go], { env, stdin: 'in-7f3a9c-stdin' })
      .finally(() => {
        ended = true;
      });
    const [{ stdout }] = await Promise.all([run, look()]);
    await rm(folder, { recursive: true });
    assert.equal(stdout, 'tok-7f3a9c-env\nin-7f3a9c-stdin');
    assert.match(seen, /printenv TOKEN/);
    assert.doesNotMatch(seen, /7f3a9c/);
  });

  test('a sweep ends all that carry the mark, wherever they went, and nobody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-sweep-'));
    const file = (name: string) => join(folder, name);
    const started = async (name: string): Promise<number> => {
      for (;;) {
        const text = await readFile(file(name), 'utf8').catch(() => '');
        if (text.endsWith('\n')) return Number(text);
        await sleep(20);
      }
    };
    const mark = `r-sweep-${process.pid}`;
    const escapee = (name: string, script: string) =>
      `(setsid sh -c 'echo $$ >"$1"; ${script}' sh ${file(name)} </dev/null >/dev/null 2>&1 &)`;
    const marked = shell().marked(mark);
    await marked.run(['sh', '-c', escapee('forked', '(sleep 600 & echo $! >"$1.inner"); sleep 600')]);
    await marked.run(['sh', '-c', escapee('stubborn', 'trap "" TERM; while :; do sleep 1; done')]);
    await marked.run(['sh', '-c', escapee('unmarked', 'env -u MUSTER_MARK sleep 600')]);
    await shell()
      .marked(`${mark}0`)
      .run(['sh', '-c', escapee('other', 'sleep 600')]);
    const pids = await Promise.all(['forked', 'forked.inner', 'stubborn', 'unmarked'].map(started));
    const other = await started('other');
    const running = marked.run(['sleep', '600']).catch((error: MusterError) => error);
    const survivors = await Promise.all([shell().sweep(mark), shell().sweep(mark)]);
    assert.deepEqual(survivors, [[], []]);
    assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false, false]);
    assert.equal(((await running) as MusterError).code, 'shell.signal');
    assert.ok(await isAlive(other));
    assert.deepEqual(await shell().sweep(`${mark}0`), []);
    assert.ok(!(await isAlive(other)));
    assert.deepEqual(await shell().sweep('r-nobody'), []);
    await rm(folder, { recursive: true });
  });

  test('twenty programs run at once', async () => {
    const runs = Array.from({ length: 20 }, (_, index) =>
      shell().run(['sh', '-c', `sleep 0.2; echo ${index}`]),
    );
    const outputs = await Promise.all(runs);
    assert.deepEqual(
      outputs.map(({ stdout }) => Number(stdout)),
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  test('twenty programs can be aborted at once', async () => {
    const abort = new AbortController();
    const script = 'trap "" TERM; echo $$; while :; do sleep 1; done';
    const pids: number[] = [];
    const onLine = (line: string) => {
      pids.push(Number(line));
      if (pids.length === 8) abort.abort();
    };
    const runs = Array.from({ length: 20 }, () =>
      shell().run(['sh', '-c', script], { signal: abort.signal, onLine }),
    );
    const ends = await Promise.all(runs.map((run) => run.catch((error: MusterError) => error)));
    assert.deepEqual(new Set(ends.map((end) => (end as MusterError).code)), new Set(['shell.aborted']));
    assert.ok(!(await Promise.all(pids.map(isAlive))).includes(true));
  });

  test('closing ends what runs', async () => {
    const opened = await open();
    let pid = 0;
    await new Promise<void>((resolve) => {
      const onLine = (line: string) => {
        pid = Number(line);
        resolve();
      };
      opened.shell.run(['sh', '-c', 'echo $$; exec sleep 600'], { onLine }).catch(() => {});
    });
    assert.ok(await isAlive(pid));
    await opened.shell.close();
    assert.ok(!(await isAlive(pid)));
    await assert.rejects(opened.shell.run(['true']), MusterError);
    await opened.close();
  });
}
