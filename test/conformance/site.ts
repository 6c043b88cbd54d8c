/** What every `Site` must do: a step says, gives, fails and ends in the same way wherever it is carried out. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MusterError } from '../../src/errors.ts';
import { Interrupted, type Site, type Work } from '../../src/jobs/carry-out.ts';
import type { AnyStep, Report } from '../../src/jobs/step.ts';
import { until } from '../until.ts';
import { isAlive } from './process-table.ts';
import { brief, fail, family, flood, odd, once, SITE_STEPS, silent, speak, throws } from './site-steps.ts';
import { failing, listener, workOf } from './site-work.ts';

export interface OpenedSite {
  site: Site;
  close(): Promise<void>;
}

/** Runs the suite on a site whose hosts' programs run on this machine; `open` gets the steps that it has to know. */
export function siteConformance(
  name: string,
  { skip = false }: { skip?: string | false },
  open: (steps: readonly AnyStep[]) => Promise<OpenedSite>,
): void {
  describe(`${name} is a site`, { skip, timeout: 180_000 }, () => {
    let opened: OpenedSite;
    let folder: string;
    const site = (): Site => opened.site;
    const carryOut = (work: Work, report: Report = listener()) => site().carryOut(work, report);
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'muster-site-'));
      opened = await open(SITE_STEPS);
    });
    after(async () => {
      await opened?.close();
      await rm(folder, { recursive: true });
    });
    const pidsIn = async (file: string, count: number): Promise<number[]> => {
      const read = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
      await until(async () => (await read()).length === count);
      return (await read()).map(Number);
    };

    test('a step says its lines, shares and facts in order, and gives its result', async () => {
      const heard = listener();
      const text = 'ä €\u{1F680} "$(id)" `id` \\ \'';
      const result = await carryOut(workOf(speak, { text }), heard);
      assert.deepEqual(heard.said, [
        ['line', text],
        ['line', 'on standard error'],
        ['share', 0.5],
        ['note', `${text} 0`],
      ]);
      assert.deepEqual(result, { text, list: [1, null, { deep: true }], empty: '' });
    });

    test('a step that gives nothing gives nothing', async () => {
      assert.equal(await carryOut(workOf(silent)), undefined);
    });

    test('it runs under the mark of its place in its run, with its run and what it stems from', async () => {
      const heard = listener();
      await carryOut(workOf(odd, { text: 'mark' }, { run: 'r-9', origin: 'r-1', stage: 3, index: 2 }), heard);
      assert.deepEqual(heard.lines(), ['r-9.do.3.2', 'r-9 of r-1']);
    });

    test('output of odd bytes comes as text, line by line', async () => {
      const heard = listener();
      await carryOut(workOf(odd, { text: 'bytes' }), heard);
      assert.deepEqual(heard.lines(), ['first', 'bad \uFFFD byte', 'tab\tand bell \u0007', 'no end']);
    });

    test('of 50,000 lines the first and the last thousand come, in order, and what is left out between is counted', async () => {
      const heard = listener();
      assert.deepEqual(await carryOut(workOf(flood), heard), { lines: 50_000 });
      let last = 0;
      for (const line of heard.lines()) {
        const leftOut = /^\((\d+) lines? left out\)$/.exec(line.replaceAll(',', ''))?.[1];
        last = leftOut === undefined ? last + 1 : last + Number(leftOut);
        if (leftOut === undefined) assert.equal(line, `${last}`);
        else assert.ok(last >= 1_000 && last <= 49_000, line);
      }
      assert.equal(last, 50_000);
    });

    test('a line of two megabytes does no harm', async () => {
      const heard = listener();
      await carryOut(workOf(odd, { text: 'long' }), heard);
      assert.ok(heard.lines().join('').startsWith('xxxx'));
      assert.equal(heard.lines().at(-1), 'after it');
    });

    test('a program that fails fails the step, with its command, its code and its last lines', async () => {
      const error = await failing(carryOut(workOf(fail)));
      assert.equal(error.code, 'shell.exit');
      assert.equal(error.facts.code, 3);
      assert.deepEqual(error.lines, ['almost', 'there']);
    });

    test('a program that is not there is named', async () => {
      const error = await failing(carryOut(workOf(odd, { text: 'nothing' })));
      assert.equal(error.code, 'shell.notfound');
      assert.match(error.message, /muster-no-such-program/);
    });

    test("a step's own error keeps its code, its facts and its hint", async () => {
      const error = await failing(carryOut(workOf(throws, { text: 'own' })));
      const own = new MusterError('host.diskfull', { host: 'here' });
      assert.deepEqual([error.code, error.facts, error.hint], [own.code, own.facts, own.hint]);
    });

    test('a mistake in a step is an error, too', async () => {
      const error = await failing(carryOut(workOf(throws, { text: 'mistake' })));
      assert.equal(error.code, 'internal');
    });

    test('an input that is not right begins nothing', async () => {
      const work = workOf(speak);
      const heard = listener();
      const bad = { ...work, job: { ...work.job, input: { host: 'web-2', text: 7 } } };
      await assert.rejects(carryOut(bad as Work, heard));
      assert.deepEqual(heard.said, []);
    });

    test('cancelled, it ends with its children and grandchildren, and says why', async () => {
      const file = join(folder, 'cancelled');
      const work = workOf(family, { text: file });
      const done = failing(carryOut(work));
      const pids = await pidsIn(file, 3);
      work.abort.abort(new MusterError('step.cancelled', { by: 'Reem' }));
      assert.equal((await done).code, 'step.cancelled');
      assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false]);
    });

    test('cancelled before it begins, it begins nothing', async () => {
      const file = join(folder, 'never');
      const work = workOf(family, { text: file });
      work.abort.abort(new MusterError('step.cancelled', { by: 'Reem' }));
      assert.equal((await failing(carryOut(work))).code, 'step.cancelled');
      await assert.rejects(readFile(file));
    });

    test('whose time is up, it ends with everything it began', async () => {
      const file = join(folder, 'late');
      const done = failing(carryOut(workOf(brief, { text: file })));
      const pids = await pidsIn(file, 3);
      assert.equal((await done).code, 'step.timeout');
      assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false]);
    });

    test('to be taken back, its undo runs', async () => {
      const heard = listener();
      await carryOut(workOf(speak, { text: 'away' }, { direction: 'undo' }), heard);
      assert.deepEqual(heard.lines(), ['undone away']);
    });

    test('begun again, what its first start left is ended first', async () => {
      const file = join(folder, 'again');
      const first = workOf(family, { text: file }, { run: 'r-again' });
      const cut = carryOut(first).then(
        () => assert.fail('it ended by itself'),
        (thrown: unknown) => thrown,
      );
      const pids = await pidsIn(file, 3);
      // Another worker has it by now: this one leaves alone what carries the mark.
      first.abort.abort(new Interrupted({ taken: true }));
      assert.ok((await cut) instanceof Interrupted);
      await writeFile(file, '');
      const second = workOf(family, { text: file }, { run: 'r-again' });
      const over = failing(carryOut({ ...second, again: true, attempt: 2 }));
      await pidsIn(file, 3);
      assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false]);
      second.abort.abort(new MusterError('step.cancelled', { by: 'Reem' }));
      await over;
    });

    test('what must not be begun again is not', async () => {
      const file = join(folder, 'once');
      const second = { ...workOf(once, { text: file }, { run: 'r-once' }), again: true, attempt: 2 };
      assert.equal((await failing(carryOut(second))).code, 'step.interrupted');
      await assert.rejects(readFile(file));
    });

    test('thirty at once do not mix', async () => {
      const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
      const results = await Promise.all(
        texts.map(async (text, index) => {
          const heard = listener();
          await carryOut(workOf(speak, { text }, { run: 'r-many', index }), heard);
          return heard.lines()[0];
        }),
      );
      assert.deepEqual(results, texts);
    });

    test('an input and a result of half a megabyte pass', async () => {
      const text = 'ö'.repeat(250_000);
      const result = (await carryOut(workOf(odd, { text }))) as { text: string };
      assert.equal(result.text.length, text.length);
      assert.equal(result.text, text);
    });
  });
}
