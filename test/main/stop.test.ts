import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';

/** How a process ends whose closing is this JavaScript. */
const ends = (close: string) =>
  new Promise<{ code: number; log: string }>((resolve) => {
    const script = `
      import { createLog } from './src/log.ts';
      import { Scrubber } from './src/secret.ts';
      import { stopInOrder } from './src/main/stop.ts';
      const log = createLog({ level: 'info', scrubber: new Scrubber(), destination: 1 });
      setInterval(() => {}, 1_000);
      await stopInOrder(${close}, log, 300);
    `;
    const argv = ['--import', 'tsx', '--input-type', 'module', '--eval', script];
    execFile(process.execPath, argv, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), log: stdout }),
    );
  });

describe('a process that is told to stop', () => {
  test('ends when everything is closed', async () => {
    const { code, log } = await ends('async () => {}');
    assert.equal(code, 0);
    assert.match(log, /"msg":"stopped"/);
  });

  test('ends also where closing never does, and says so', async () => {
    const { code, log } = await ends('() => new Promise(() => {})');
    assert.equal(code, 1);
    assert.match(log, /stopping took too long/);
  });

  test('ends also where closing fails', async () => {
    const { code, log } = await ends("async () => { throw new Error('no luck'); }");
    assert.equal(code, 1);
    assert.match(log, /could not stop in order/);
    assert.match(log, /no luck/);
  });
});
