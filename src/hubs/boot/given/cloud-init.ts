/**
 * What a machine is given, as documents of cloud-init: NoCloud (cloudinit.readthedocs.io, reference/datasources/nocloud). Each is
 * JSON, which is YAML.
 */
import { createHash } from 'node:crypto';
import { entriesOf } from './archive.ts';
import type { Given } from './given.ts';
import { homeOf } from './logins.ts';
import { START, TELL } from './programs.ts';

/** What NoCloud asks for. */
export const DOCUMENTS = ['meta-data', 'user-data', 'vendor-data', 'network-config'] as const;
export type CloudDocument = (typeof DOCUMENTS)[number];

/** What the metadata of EC2 is made of, see `metadata.ts`; nobody can ask for it by this name. */
export const EC2_DOCUMENT = 'ec2';

/** One boot: its token, and where the machine tells how far it came, `http://…/v1/boots/TOKEN`. */
export interface CloudBoot {
  token: string;
  url: string;
  /** The network card that it booted from. */
  mac?: string;
}

/** Names a boot to whoever may not know its token: cloud-init shows it to everybody on the machine. */
export const instanceId = (token: string): string =>
  `i-${createHash('sha256').update(`instance ${token}`).digest('hex').slice(0, 17)}`;

/** A document; undefined where cloud-init asks for none of that name. Throws as `entriesOf` does. */
export function cloudDocument(given: Given, boot: CloudBoot, name: string): string | undefined {
  switch (name) {
    case 'meta-data':
      return json({ 'instance-id': instanceId(boot.token), 'local-hostname': given.machine });
    case 'user-data':
      return userData(given, boot);
    case 'vendor-data':
      return '#cloud-config\n{}\n';
    case 'network-config':
      return json(networkConfig(given, boot));
    case EC2_DOCUMENT: {
      const { keys = [] } = given.logins.find(({ user }) => user === 'root') ?? given.logins[0] ?? {};
      const facts = { 'instance-id': instanceId(boot.token), 'local-hostname': given.machine };
      return json({ ...facts, mac: boot.mac, keys });
    }
    default:
      return undefined;
  }
}

/** What YAML does not take as it is, is escaped (PyYAML refuses it). */
const json = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2)}\n`.replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What the machine does with it: the files that cloud-init knows better ways for are not among them. */
export function userData(given: Given, { url }: Pick<CloudBoot, 'url'>): string {
  const { machine, hostKey, logins, services } = given;
  return `#cloud-config\n${json({
    hostname: machine,
    preserve_hostname: false,
    disable_root: !logins.some(({ user }) => user === 'root'),
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.private, ed25519_public: `${hostKey.public} ${machine}` },
    users: logins.map(({ user, keys }) => ({
      name: user,
      ...(user !== 'root' && { shell: '/bin/bash', lock_passwd: true }),
      ...(keys.length > 0 && { ssh_authorized_keys: keys }),
    })),
    write_files: filesOf(given),
    runcmd: [
      ...(services.length > 0 ? [['systemctl', 'daemon-reload']] : []),
      ...services.map((unit) => ['python3', '-c', START, `${url}/events`, unit]),
      ['python3', '-c', TELL, `${url}/events`],
    ],
  })}`;
}

/** Files after users are made, so that they can belong to them. */
function filesOf(given: Given): object[] {
  const known = new Map(given.files.map((file) => [file.path, file]));
  const homes = given.logins.map(({ user }) => `${homeOf(user)}/`);
  return entriesOf(given).flatMap((entry) => {
    if (!('content' in entry)) return [];
    const path = `/${entry.path}`;
    const file = known.get(path);
    const owned = homes.some((home) => entry.path.startsWith(`${home}.ssh/`));
    const cloudInits = /^\/(?:etc\/hostname$|etc\/ssh\/ssh_host_|etc\/systemd\/network\/10-muster|run\/)/;
    if (!file && (owned || cloudInits.test(path))) return [];
    return [
      {
        path,
        encoding: 'b64',
        content: Buffer.from(entry.content).toString('base64'),
        owner: `${file?.owner ?? 'root'}:${file?.group ?? 'root'}`,
        permissions: `0${entry.mode.toString(8).padStart(3, '0')}`,
        defer: true,
      },
    ];
  });
}

/** Netplan's version 2; a card whose MAC address nobody knows is matched by its name. */
function networkConfig({ network }: Given, { mac }: CloudBoot): object {
  const macaddress = network?.mac ?? mac;
  const match = macaddress ? { macaddress } : { name: 'e*' };
  if (!network) return { version: 2, ethernets: { boot: { match, dhcp4: true } } };
  const { address, router, dns } = network;
  return {
    version: 2,
    ethernets: {
      boot: {
        match,
        addresses: [address],
        ...(router && { routes: [{ to: '0.0.0.0/0', via: router }] }),
        ...(dns.length > 0 && { nameservers: { addresses: dns } }),
      },
    },
  };
}
