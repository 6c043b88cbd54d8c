/** What is shown of the serial line of a virtual machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownConsole } from '../../../src/jobs/vm/look.ts';

test('the kernel prints its line, and nobody reads the token of a boot in it', () => {
  const token = `${'aB3'.repeat(10)}xY`;
  const line = `muster.root=http://10.77.0.1:8080/blobs/ff?b=${token}&p=root muster.boot=http://10.77.0.1:8080/v1/boots/${token} quiet`;
  const [shown = ''] = shownConsole(`\x1b[0m[    0.0] Command line: ${line}\r\n`, 10);
  assert.ok(!shown.includes(token), shown);
  assert.match(shown, /b=…&p=root muster\.boot=\S+\/v1\/boots\/… quiet$/);
});
