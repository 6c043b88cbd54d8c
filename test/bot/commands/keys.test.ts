import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../../src/bot/command.ts';
import { keysShow, keysSync } from '../../../src/bot/commands/keys.ts';
import { parse } from '../../../src/bot/grammar/parse.ts';

const known = catalogue([keysSync, keysShow]);

/** What a line is authorised for. */
function scopeOf(line: string): string | string[] {
  const parsed = parse(line, { catalogue: known, bot: 'muster', prefix: 'required' });
  assert.equal(parsed.kind, 'command', line);
  return parsed.kind === 'command' ? parsed.command.scope(parsed.input) : [];
}

test('whoever names hosts needs rights on these, and whoever names a label, or nothing, on everything', () => {
  assert.deepEqual(scopeOf('/keys sync web-1 web-2 --yes'), ['host/web-1', 'host/web-2']);
  assert.equal(scopeOf('/keys sync'), 'cloud');
  assert.equal(scopeOf('/keys sync label:node'), 'cloud');
  assert.equal(scopeOf('/keys sync web-1 label:node'), 'cloud');
  assert.equal(scopeOf('/keys'), 'cloud');
});

test('what is neither a host nor a label is refused where it is typed', () => {
  const parsed = parse('/keys sync ../x', { catalogue: known, bot: 'muster', prefix: 'required' });
  assert.equal(parsed.kind, 'reply');
  assert.match(parsed.kind === 'reply' ? parsed.text : '', /a host, or label:NAME/);
});
