/** The journal of a machine that a real systemd boots, read as it is written, over a restart of its daemon. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { entriesOf, type Journal, journal } from '../../../src/adapters/journal/journal.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { collectJournal } from '../../../src/jobs/logs/host-journal.ts';
import type { Collected } from '../../../src/jobs/logs/told.ts';
import type { RunOptions, Shell } from '../../../src/shell.ts';
import { outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { type Machine, openMachine } from '../../systemd/machine.ts';
import { until } from '../../until.ts';

describe('a journal', { skip: needs(['ip', 'systemd-nspawn', 'root']) }, () => {
  let machine: Machine;
  let removeNetwork: () => Promise<unknown>;
  let read: Journal;
  const shell = localShell({ host: 'box' });
  before(async () => {
    const { host, remove } = await outsideAndHost();
    removeNetwork = remove;
    machine = await openMachine(host, {});
    await machine.boot();
    const inside: Shell = {
      ...shell,
      run: (argv: readonly string[], options?: RunOptions) =>
        shell.run([...machine.within(), ...argv], options),
    };
    read = journal.open({ shell: inside, options: {} });
  });
  after(async () => {
    await machine?.remove();
    await removeNetwork?.();
    await shell.close();
  });
  const say = (text: string) => machine.run(['systemd-cat', '-t', 'app', '-p', 'err', 'printf', '%b', text]);

  test('is taken from where it was left, each entry once and as it comes, whatever is in it', async () => {
    const positions = new Map<string, unknown>();
    const lines: string[] = [];
    const troubles: unknown[] = [];
    const follow = async (enough: () => boolean) => {
      const abort = new AbortController();
      const done = collectJournal(read, {
        ...{ host: 'box', positions, signal: abort.signal },
        async send(batch: Collected) {
          if (abort.signal.aborted) return;
          lines.push(...batch.lines.map(({ text }) => text));
          positions.set(batch.source.stream, batch.position);
        },
        trouble: (_, error) => error !== undefined && troubles.push(error),
      });
      await until(enough);
      abort.abort();
      await done;
    };
    await say('first\\nsecond\\n');
    await follow(() => lines.some((line) => line.includes('second')));
    // Bytes that are no text, and a line of its own size.
    await say(`bin \\377 ary\\n${'x'.repeat(20_000)}\\n`);
    const waiting = follow(() => lines.some((line) => line.includes('while it is waited for')));
    await say('while it is waited for\\n');
    await waiting;
    await machine.run(['systemctl', 'restart', 'systemd-journald']);
    await say('last\\n');
    await follow(() => lines.some((line) => line.endsWith(' last')));
    const own = lines
      .filter((line) => /^<3>app\[\d+\]: /.test(line))
      .map((line) => line.replace(/^.*?: /, ''));
    assert.deepEqual(own, [
      'first',
      'second',
      'bin \ufffd ary',
      'x'.repeat(20_000),
      'while it is waited for',
      'last',
    ]);
    assert.deepEqual(troubles, []);
  });
});

test('what is no entry of a journal is left out', () => {
  const entry = {
    __CURSOR: 'c',
    __REALTIME_TIMESTAMP: '1',
    MESSAGE: ['a', [98, 255]],
    PRIORITY: '9',
    _SYSTEMD_UNIT: 'u',
  };
  const text = `${JSON.stringify(entry)}\nnot json\n{"__CURSOR":"d"}\n${JSON.stringify({ ...entry, MESSAGE: null })}\n{"cut`;
  assert.deepEqual(entriesOf(text), [
    { time: '1', cursor: 'c', unit: 'u', message: 'a\nb\ufffd' },
    { time: '1', cursor: 'c', unit: 'u', message: '' },
  ]);
});
