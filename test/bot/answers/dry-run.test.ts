/** What `--dry-run` shows is in the language that Muster speaks, with the plan's own names left as they are. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { drawPlan } from '../../../src/bot/answers/dry-run.ts';
import { preparePlan } from '../../../src/jobs/plans/prepare.ts';
import { speak } from '../../../src/messages/messages.ts';
import { Scrubber } from '../../../src/secret.ts';

afterEach(() => speak('en'));

const drawn = (): string[] =>
  drawPlan(preparePlan({ host: 'web-1', needs: ['git'] }), new Scrubber()).split('\n');

test('a plan is shown stage by stage, each step with its input', () => {
  assert.deepEqual(drawn().slice(0, -1), [
    'Would do: prepare web-1 (git)',
    '1. inspect',
    '   web-1: see what web-1 lacks (needs=git)',
    '2. install',
    '   web-1: install what web-1 lacks (needs=git)',
    '3. check',
    '   web-1: check web-1 (needs=git)',
    'Locks: host/web-1',
  ]);
});

test('in Finnish its stages and steps are Finnish, too', () => {
  speak('fi');
  assert.deepEqual(drawn().slice(0, -1), [
    'Tehtäisiin: palvelimen web-1 valmistelu (git)',
    '1. katsaus',
    '   web-1: katsaus siihen, mitä puuttuu palvelimelta web-1 (needs=git)',
    '2. asennus',
    '   web-1: puuttuvien asennus palvelimelle web-1 (needs=git)',
    '3. tarkistus',
    '   web-1: palvelimen web-1 tarkistus (needs=git)',
    'Lukko: host/web-1',
  ]);
});
