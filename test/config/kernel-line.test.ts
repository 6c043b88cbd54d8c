/** What goes on a kernel's line by way of iPXE. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelLine } from '../../src/config/machines.ts';

test('words at which iPXE ends a command are refused, in words', () => {
  for (const line of ['quiet ; reboot', '; x', 'a ||', '|| b', 'a && b', '&&']) {
    const { error } = KernelLine.safeParse(line);
    assert.match(error?.issues[0]?.message ?? '', /may not stand alone/, line);
  }
});

test('as a part of a word they are fine', () => {
  const line = 'ds=nocloud;s=http://10.0.0.1/ console=ttyS0,115200 a&&b c||d';
  assert.equal(KernelLine.parse(line), line);
});
