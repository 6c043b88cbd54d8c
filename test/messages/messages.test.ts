/** Every language tells what English tells. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECTIONS } from '../../src/config/sections.ts';
import { en } from '../../src/messages/en/en.ts';
import { fi } from '../../src/messages/fi/fi.ts';
import { complaints, type Samples, type Tree } from './compare.ts';

const RUN_STATUSES = ['waiting', 'running', 'undoing', 'succeeded', 'failed', 'cancelled'];

const SAMPLES: Samples = {
  lists: [
    'all',
    'approvals',
    'changed',
    'choices',
    'has',
    'groups',
    'hosts',
    'limits',
    'locks',
    'names',
    'needs',
    'packages',
  ].concat(['releases', 'roles', 'scopes', 'words']),
  numbers: [
    'active',
    'back',
    'count',
    'length',
    'lines',
    'more',
    'most',
    'pending',
    'place',
    'records',
    'times',
  ],
  flags: ['cancelled', 'full', 'inclusive', 'lost', 'run'],
  at: {
    'client/changed': { files: 3_000 },
    'alerts/back': { of: 4_000 },
    'answers/approvals/left': { left: 3_000 },
    'answers/help/unknown': { name: '‹name›' },
    'answers/schedules/added': { before: { line: '‹line before›', when: '‹when before›' } },
    'answers/keys/block': { count: 3_000 },
    'answers/keys/group': { keys: 3_000, people: 3_001 },
    'answers/keys/source': { keys: 3_000 },
    'hosts/answered': { keys: ['‹key›', '‹other key›'] },
    'hosts/audit/trusted': { keys: ['‹key›', '‹other key›'] },
    'hosts/install/started': { units: ['‹unit›', '‹other unit›'] },
    'hosts/list/answered': { keys: ['‹key›', '‹other key›'] },
    'hosts/uses/apps': { apps: ['‹app›', '‹other app›'] },
    'hosts/uses/overlays': { overlays: ['‹overlay›', '‹other overlay›'] },
    'hosts/uses/runs': { runs: ['‹run›', '‹other run›'] },
    'images/notes/packages': {
      newer: ['‹newer›', '‹other newer›'],
      older: ['‹older›', '‹other older›'],
      added: ['‹added›', '‹other added›'],
      removed: ['‹removed›', '‹other removed›'],
    },
    'jobs/notes/appsBelow': { apps: ['‹app›', '‹other app›'] },
    'jobs/notes/oldBase': { services: ['‹service›', '‹other service›'] },
    'jobs/keys/held': { of: 3_001 },
    'jobs/keys/many': { gained: 3_001, lost: 3_002 },
    'reasons/members/short': { total: 3_001 },
    'answers/status/count': {
      hosts: 3_001,
      live: 3_002,
      apps: 3_003,
      open: 3_004,
      alerts: 3_005,
      acknowledged: 3_006,
    },
    'cards/request/needs': { left: 3_000 },
    'grammar/limit': { value: 3_000 },
    'config/valid': {
      people: 3_001,
      roles: 3_002,
      hosts: 3_003,
      apps: 3_004,
      schedules: 3_005,
      images: 3_006,
      machines: 3_007,
    },
    'help/risk': { words: '‹words›' },
    'terminal/up': { hosts: 3_001, apps: 3_002 },
  },
  words: {
    'errors/hub.stranger/summary': { reason: ['certificate', 'token'], place: ['manager', 'container'] },
    'errors/hub.expired/summary': { reason: ['early', 'late'], what: ['certificate', 'token'] },
    'errors/hub.expired/hint': { reason: ['early', 'late'] },
    'errors/hub.busy/summary': { reason: ['caller', 'all'] },
    'answers/schedules/entry': { from: ['config', 'chat'] },
    'errors/icp.identity/hint': { reason: ['open', 'unreadable'] },
    'errors/icp.identity/summary': { reason: ['open', 'unreadable'] },
    'config/noSuch': { section: SECTIONS },
    'config/noneCalled': { section: SECTIONS },
    'errors/platform.forged/summary': { problem: ['missing', 'wrong'] },
    'errors/request.decided/summary': { decision: ['granted', 'refused', 'expired'] },
    'errors/run.ended/summary': { status: RUN_STATUSES },
    'errors/run.notended/summary': { status: RUN_STATUSES },
    'errors/files.value/summary': { problem: ['name', 'number', 'deep', 'long'] },
    'errors/files.value/hint': { problem: ['name', 'number', 'deep', 'long'] },
    'errors/template.syntax/summary': { problem: ['open', 'closed'] },
    'errors/template.value/summary': { problem: ['list', 'map'] },
    'errors/template.value/hint': { problem: ['list', 'map'] },
    'grammar/limit': { bound: ['least', 'most'], of: ['string', 'array', 'number'] },
  },
  // Names, commands to type, and what consists of facts.
  same: [
    'config/syntax',
    'errors/app.gone/hint',
    'errors/run.stale/hint',
    'errors/app.notdeployed/hint',
    'errors/machine.known/hint',
    'errors/machine.claimed/hint',
    'errors/machine.used/hint',
    'errors/machine.waits/hint',
    'jobs/needs/dnsmasq',
    'jobs/needs/ipxe',
    'errors/machine.unhealthy/hint',
    'errors/boot.gone/hint',
    'errors/boot.script.refused/hint',
    'errors/boot.configured.failed/hint',
    'errors/boot.up.failed/hint',
    'errors/boot.replaced/hint',
    'jobs/stages/dhcp',
    'jobs/stages/initrd',
    'errors/app.nothing/hint',
    'errors/app.unhealthy/hint',
    'errors/engine.down/hint',
    'errors/engine.missing/hint',
    'errors/image.missing/hint',
    'errors/input.invalid/summary',
    'errors/power.stays/hint',
    'errors/request.notyours/summary',
    'errors/setup.missing/hint',
    'errors/shell.notfound/hint',
    'errors/vm.known/hint',
    'errors/vm.unknown/hint',
    'jobs/needs/builder',
    'jobs/needs/compose',
    'jobs/needs/git',
    'jobs/needs/ipmi',
    'jobs/needs/ping',
    'jobs/needs/redfish',
    'jobs/needs/tunnel',
    'jobs/notes/baseReady',
    'jobs/stages/compose',
    'logs/share',
    'logs/trouble',
    'talk/trouble',
  ],
};

for (const [name, language] of Object.entries({ fi })) {
  test(`${name} has every message, and tells every fact that English tells`, () => {
    assert.deepEqual(complaints(en, language, SAMPLES), []);
  });
}

/** A message that is wrong, beside the English one, and what is said of it. */
const WRONG: [what: string, english: unknown, other: unknown, complaint: RegExp][] = [
  ['a message that lacks', 'Log', undefined, /^word: is undefined, not string$/],
  ['a message of another kind', 'Log', () => 'Loki', /^word: is function, not string$/],
  ['a message that English does not have', undefined, 'Loki', /^word: is string, not undefined$/],
  ['an empty message', 'Log', '', /^word: is empty$/],
  ['English', 'Cancel', 'Cancel', /^word: is English: Cancel$/],
  ['space around a message', 'Log', 'Loki ', /^word: has space around it: "Loki "$/],
  ['two spaces', 'the log', 'se  loki', /^word: has a space too many: se {2}loki$/],
  ['a fact left out', (f: Said) => `no ${f.id}`, () => 'ei ole', /^word: does not tell ‹id›: ei ole$/],
  [
    'an item left out',
    (f: Said) => `on ${f.hosts}`,
    (f: Said) => `missä ${f.hosts[0]}`,
    /^word: does not tell ‹hosts 2›/,
  ],
  [
    'a fact left out of an optional part',
    (f: Said) => (f.near ? `did you mean ${f.near}?` : `see ${f.id}`),
    (f: Said) => (f.near ? `tarkoititko ${f.near}?` : 'katso'),
    /^word: with near = undefined does not tell ‹id›/,
  ],
  [
    'an optional part that is always there',
    (f: Said) => `no ${f.id}${f.near ? `, ${f.near}?` : ''}`,
    (f: Said) => `ei ${f.id}, ${f.near}?`,
    /^word: with near = undefined has a hole/,
  ],
  [
    'a difference that is not told',
    (f: Said) => (f.run ? 'I run it' : 'I do not'),
    (_: Said) => 'Ajan sen',
    /^word: with run = false says the same as with true$/,
  ],
  [
    'a number that is none',
    (f: Said) => `${f.id} left`,
    (f: Said) => `${Number(f.id)} jää`,
    /has a hole: NaN/,
  ],
];
type Said = { id: string; near?: string; hosts: string[]; run: boolean };

for (const [what, english, other, complaint] of WRONG) {
  test(`the comparison catches ${what}`, () => {
    const tree = (word: unknown): Tree => (word === undefined ? {} : { word });
    const found = complaints(tree(english), tree(other), { ...SAMPLES, same: [] });
    assert.ok(
      found.some((text) => complaint.test(text)),
      `caught only: ${found.join('\n') || 'nothing'}`,
    );
  });
}

test('the comparison catches an exception that is none any more', () => {
  assert.deepEqual(complaints({ word: 'Log' }, { word: 'Loki' }, { ...SAMPLES, same: ['word'] }), [
    'word: is said to be the same, and is not',
  ]);
});
