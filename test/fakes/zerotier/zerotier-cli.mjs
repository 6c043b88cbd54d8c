/**
 * The command line of a ZeroTier service that does not exist: it keeps what it joined in a folder, and asks the fake controller
 * behind a unix socket whether it is let in. It refuses what zerotier-cli(1) refuses, with its words and codes.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

const { FAKE_ZEROTIER_HOME: home, FAKE_ZEROTIER_PLANET: planet } = process.env;
const node = readFileSync(join(home, 'identity'), 'utf8').trim();
const networks = join(home, 'networks');

const end = (text, code = 0) => {
  process.stdout.write(`${text}\n`);
  process.exit(code);
};
const usage = () => end('ZeroTier One\nUsage: zerotier-cli [-switches] <command/path> [<args>]', 1);

let json = false;
const words = [];
for (const word of process.argv.slice(2)) {
  if (!word.startsWith('-')) words.push(word);
  else if (word === '-j' && words.length === 0) json = true;
  else usage();
}
const [command, network, ...rest] = words;
if (!existsSync(join(home, 'authtoken.secret')))
  end(
    'zerotier-cli: missing authentication token and authtoken.secret not found (or readable) in /var/lib/zerotier-one',
    2,
  );
if (existsSync(join(home, 'down')))
  end(
    'Error connecting to the ZeroTier service: connection failed\n\nPlease check that the service is running.',
    1,
  );
if (rest.length > 0) usage();

if (command === 'info' && network === undefined)
  end(
    json
      ? JSON.stringify({ address: node, online: true, version: '1.10.2' })
      : `200 info ${node} 1.10.2 ONLINE`,
  );
if (command === 'listnetworks' && network === undefined) {
  const joined = existsSync(networks) ? readFileSync(networks, 'utf8').split('\n').filter(Boolean) : [];
  const shown = [];
  for (const nwid of joined) shown.push(await asked(nwid));
  if (!json) end(`200 listnetworks <nwid> <name> <mac> <status> <type> <dev> <ZT assigned ips>`);
  end(JSON.stringify(shown));
}
if (command === 'join' || command === 'leave') {
  if (network === undefined || !/^[0-9a-f]{16}$/.test(network)) end('invalid network id', 2);
  mkdirSync(home, { recursive: true });
  const joined = existsSync(networks) ? readFileSync(networks, 'utf8').split('\n').filter(Boolean) : [];
  if (command === 'leave' && !joined.includes(network)) end(`404 leave ${network}`, 1);
  const now =
    command === 'join' ? [...new Set([...joined, network])] : joined.filter((one) => one !== network);
  if (now.length === 0) rmSync(networks, { force: true });
  else writeFileSync(networks, `${now.join('\n')}\n`);
  end(`200 ${command} OK`);
}
usage();

/** What the service knows of a network after it has asked its controller. */
function asked(nwid) {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: planet, path: `/${nwid}/${node}`, method: 'POST' }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve({ nwid, id: nwid, mac: '02:00:00:00:00:01', type: 'PRIVATE', ...JSON.parse(text) }),
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}
