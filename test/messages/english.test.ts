/** No sentence that a person may read is in the code: all are messages, which each language has. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Allowed, stray } from './english.ts';

const ROOT = join(import.meta.dirname, '../..');

const one = (of: string, text: string, why: string): Allowed => ({ of, text, why });

const ALLOWED: Allowed[] = [
  { of: 'src/', to: /\blog(?:ger)?\.(?:debug|info|warn|error)$/, why: 'the log is for whoever runs Muster' },
  { of: 'src/', to: /^new TypeError$/, why: 'a mistake in the code that calls' },
  { of: 'src/', to: /\.describe$/, why: 'docs/configuration.md is made of it' },
  { of: 'src/bot/commands/', to: /^(?:name|aliases|examples)$/, why: 'commands, as they are typed' },
  { of: 'src/bot/help/page.ts', why: 'docs/commands.md is made of it' },
  { of: 'src/main.ts', why: 'how to call the program, as it is said before any configuration is read' },
  { of: 'src/units.ts', why: 'units, which are the same in every language' },
  { of: 'src/adapters/', to: /^about$/, why: 'what an adapter is, for whoever reads the code' },
  { of: 'src/adapters/ssh/scripts.ts', why: 'scripts' },
  { of: 'src/adapters/ssh/words.ts', why: 'scripts' },
  { of: 'src/adapters/mmdebstrap/', why: 'what mmdebstrap, apt and dpkg print, and lines of files of apt' },
  { of: 'src/adapters/packing/commands.ts', why: 'scripts' },
  { of: 'src/jobs/image/setup.ts', why: 'a script that runs in the image' },
  { of: 'src/jobs/image/recipe.ts', why: 'programs that run in the image' },
  one('src/jobs/image/reason.ts', 'no kernel', 'what the script in the image says'),
  one('src/jobs/image/reason.ts', 'no drivers', 'what the script in the image says'),
  { of: 'src/adapters/authorized-keys/scripts.ts', why: 'scripts' },
  { of: 'src/adapters/host-files/scripts.ts', why: 'scripts' },
  { of: 'src/adapters/tail/scripts.ts', why: 'scripts' },
  { of: 'src/adapters/journal/script.ts', why: 'scripts' },
  { of: 'src/adapters/ipxe/', why: 'scripts of iPXE' },
  { of: 'src/adapters/library/commands.ts', why: 'scripts' },
  one('src/minisign.ts', 'untrusted comment: …', 'a line of a file of minisign'),
  one('src/minisign.ts', 'trusted comment: …', 'a line of a file of minisign'),
  one('src/signed-manifest.ts', 'signature of an image by Muster, public key …', 'a comment in a file'),
  { of: 'src/hubs/boot/blob.ts', why: 'headers of HTTP' },
  { of: 'src/hubs/boot/given/programs.ts', why: 'programs that run on the machine' },
  { of: 'src/hubs/boot/given/network.ts', why: 'lines of /etc/hosts, resolv.conf and systemd' },
  one('src/hubs/boot/given/cloud-init.ts', 'instance …', 'out of which a name is made'),
  { of: 'src/adapters/dnsmasq/', why: 'files and lines of dnsmasq' },
  { of: 'src/adapters/power/curl.ts', why: 'lines of a file of curl' },
  { of: 'src/adapters/power/wake.ts', why: 'a script' },
  { of: 'src/adapters/libvirt/commands.ts', why: 'what virsh prints' },
  one('src/jobs/vm/machine.ts', 'machine … …', 'out of which an address is made'),
  {
    of: 'src/adapters/authorized-keys/block.ts',
    why: 'lines of a file of OpenSSH, found again by what they say',
  },
  { of: 'src/adapters/members/members.ts', why: 'headers of HTTP' },
  { of: 'src/client/main.ts', why: 'the name of the program, and how it is called' },
  one('src/hub-place.ts', 'Bearer …', 'a header of HTTP'),
  one('src/jobs/keys/environment.ts', 'muster …', 'whose a key is, as its comment says'),
  one(
    'src/jobs/keys/gather.ts',
    'environment …',
    'a source as it is known by, in words of the configuration',
  ),
  ...['Unclosed tag', 'Unclosed section', 'Unopened section', 'Invalid tags'].map((words) =>
    one('src/hubs/config/template.ts', words, 'what mustache.js says, to be told in our words'),
  ),
  { of: 'src/hubs/log/reading/trace.ts', why: 'what languages begin the lines of a trace with' },
  { of: 'src/hubs/log/pattern.ts', why: 'the program of a thread' },
  {
    of: 'src/hubs/log/',
    to: /^new Error$/,
    why: 'caught, and noted in the log with the file that it is about',
  },
  { of: 'src/adapters/wireguard/scripts.ts', why: 'scripts' },
  { of: 'src/adapters/sshd/script.ts', why: 'scripts' },
  { of: 'src/adapters/rollback/scripts/', why: 'scripts' },
  { of: 'src/adapters/wireguard/commands.ts', why: 'files of wg and systemd' },
  one('src/adapters/zerotier/controller.ts', 'token …', 'a header of HTTP'),
  { of: 'src/adapters/git/', why: 'programs and headers for git' },
  one('src/adapters/dockerd/dockerd.ts', 'sudo usermod --append --groups docker -- …', 'a command to type'),
  one('src/adapters/dockerd/dockerd.ts', 'the engine does not answer', 'of a probe, which nobody is shown'),
  one('src/adapters/dockerd/ping.ts', 'no answer', 'ends the wait for an answer, and is caught'),
  { of: 'src/adapters/gate/authority.ts', why: 'names in certificates, and what a secret is made for' },
  { of: 'src/adapters/icp/server.ts', why: 'the head of an answer of HTTP' },
  one('src/identity.ts', 'muster …', 'what a client is called'),
  one('src/api/send.ts', 'id: …\ndata: …\n\n', 'a server-sent event'),
  one('src/bot/commands/hosts.ts', 'ssh …@……', 'how a host is reached'),
  one('src/bot/commands/hosts.ts', 'icp ……', 'how a host is reached'),
  one('src/bot/slack/log.ts', 'slack library', 'a name in the log'),
  one('src/bot/slack/reach.ts', 'scope …', 'a key, which messages have words for'),
  one('src/bot/slack/receiver.ts', 'Muster is stopping', 'told to Slack, which sends it again'),
  one('src/bot/telegram/webhook.ts', 'muster telegram webhook', 'out of which a secret is made'),
  one('src/config/checked.ts', ' - use', 'what picomatch prints'),
  one('src/ending.ts', 'No space left on device', 'what programs print'),
  { of: 'src/jobs/enrolment/lines.ts', why: 'commands to type' },
  one('src/jobs/host/permission.ts', 'sudo …', 'a command to type'),
  one('src/jobs/schedule.ts', 'several schedules could not be dealt with', 'told to the log'),
  one('src/main/agent.ts', 'muster agent --help', 'a command to type'),
  one('src/main/install.ts', 'muster agent install --help', 'a command to type'),
  one('src/links.ts', '… guardian', 'tells ways apart'),
  {
    of: 'src/firewall/verdict.ts',
    to: /^new RangeError$/,
    why: 'a mistake that the caller tells in words of its own',
  },
  { of: 'src/adapters/nftables/', why: 'lines of nft' },
  { of: 'src/adapters/ufw/', why: 'lines of ufw and iptables' },
  { of: 'src/jobs/build/recipe.ts', why: 'programs that run in the image' },
  {
    of: 'src/jobs/build/client.ts',
    why: 'programs that run in the image, what it says of itself, and a command to type',
  },
  one('src/wire/hub/place.ts', 'muster stand-in', 'a name in a certificate'),
];

test('src/ has no sentence for people outside src/messages/', async () => {
  const names = await readdir(join(ROOT, 'src'), { recursive: true });
  const paths = names.filter((name) => name.endsWith('.ts') && !name.startsWith('messages/')).sort();
  const modules = new Map<string, string>();
  for (const path of paths) modules.set(`src/${path}`, await readFile(join(ROOT, 'src', path), 'utf8'));
  assert.ok(modules.size > 200, `only ${modules.size} modules were read`);
  assert.deepEqual(stray(modules, ALLOWED), []);
});

const none: Allowed[] = [];

/** What must be caught, as it would stand in a module. */
const PLANTED: [what: string, source: string, sentence: string][] = [
  ['a sentence', "answer({ text: 'nothing was found' });", 'nothing was found'],
  ['a sentence around a value', `say(\`no host is called \${name}\`);`, 'no host is called …'],
  ['one word beside a value', `line(\`\${count} packages, \${size}\`);`, '… packages, …'],
  ['a sentence where another one is the usual', "const why = given ?? 'no reason';", 'no reason'],
  ['a message of zod', "z.string().regex(/a/, 'a name has letters');", 'a name has letters'],
  ['the message of an error', "throw new MusterError('internal', { message: 'it broke' });", 'it broke'],
  ['a sentence under a type', "const words = { one: 'one thing' } as const;", 'one thing'],
];

for (const [what, source, sentence] of PLANTED) {
  test(`the search catches ${what}`, () => {
    assert.deepEqual(stray(new Map([['src/planted.ts', source]]), none), [`src/planted.ts: ${sentence}`]);
  });
}

/** What is no sentence for people. */
const QUIET: [what: string, source: string][] = [
  ['a name', "use('worker.silent');"],
  ['a command to type', "next('/schedule list');"],
  ['a script of Redis', "const MOVE = `local all = redis.call('GET', KEYS[1]) return all`;"],
  ['a type', "type Size = 'very large';"],
  ['an import', "import { a } from './no name.ts';"],
  ['a key', "const text = words['two words'];"],
];

for (const [what, source] of QUIET) {
  test(`the search passes over ${what}`, () => {
    assert.deepEqual(stray(new Map([['src/planted.ts', source]]), none), []);
  });
}

test('the search lets pass what is allowed at its place only', () => {
  const to: Allowed = { of: 'src/a', to: /^log\.warn$/, why: 'the log' };
  const source = "log.warn('it went wrong'); say('it went wrong');";
  assert.deepEqual(stray(new Map([['src/a.ts', source]]), [to]), ['src/a.ts: it went wrong']);
  assert.deepEqual(stray(new Map([['src/b.ts', "log.warn('it went wrong')"]]), [to]), [
    'src/b.ts: it went wrong',
    'src/a: has nothing that is allowed as: the log',
  ]);
  const only: Allowed = { of: 'src/b.ts', text: 'it went wrong', why: 'a reason' };
  assert.deepEqual(stray(new Map([['src/b.ts', "say('it went wrong', 'so it went');"]]), [only]), [
    'src/b.ts: so it went',
  ]);
});
