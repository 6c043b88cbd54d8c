/** Booting set up by hand, as manuals have it: one dnsmasq, one nginx, a script that is a file. What calls home is written down. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bootable } from '../../../src/boot.ts';
import { library } from '../../../src/image.ts';
import { OWN } from '../../../test/lan.ts';
import { until } from '../../../test/until.ts';

const PORT = 8_081;

export interface HandMade {
  /** How many machines have called home by now. */
  up(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it in a network namespace, with what it needs in `folder`; the image is that of the library of `root`. */
export async function startHandMade(
  namespace: string,
  { folder, root, bootable }: { folder: string; root: string; bootable: Bootable },
): Promise<HandMade> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const { kernel, initrd, kernelLine } = bootable;
  const at = `http://${OWN}:${PORT}`;
  const blob = (sha256: string) => `${at}/blobs/${sha256}`;
  // The line is the one that Muster gives, so that the machine does the same.
  const line = [
    ...['initrd=initrd.img boot=muster', `muster.root=${blob(bootable.root.sha256)}`],
    ...[`muster.sha256=${bootable.root.sha256}`, `muster.bytes=${bootable.root.bytes}`],
    ...['muster.format=squashfs', `muster.boot=${at}/v1/boots/hand`, 'panic=10', 'ip=dhcp', kernelLine],
  ].join(' ');
  const script = `#!ipxe\nkernel ${blob(kernel.sha256)} ${line}\ninitrd --name initrd.img ${blob(initrd.sha256)}\nboot\n`;
  await writeFile(join(folder, 'boot.ipxe'), script);
  // What it is given: an archive of nothing.
  await writeFile(join(folder, 'given.tar'), Buffer.alloc(1_024));
  for (const file of ['undionly.kpxe', 'snponly.efi'])
    await cp(join('/usr/lib/ipxe', file), join(folder, file));
  const log = join(folder, 'called');
  await writeFile(log, '');
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, library(root).folder, log));
  const started = [
    start(namespace, ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder]),
    start(namespace, [
      'dnsmasq',
      '--conf-file=/dev/null',
      '--keep-in-foreground',
      ...dnsmasqOptions(folder, at),
    ]),
  ];
  let text = '';
  for (const { stderr } of started)
    stderr?.on('data', (chunk) => {
      text += chunk;
    });
  const stop = async () => {
    for (const child of started) await end(child);
  };
  await until(async () => {
    if (started.some(({ exitCode }) => exitCode !== null)) throw new Error(text);
    return (
      text.includes('sockets bound') && (await readFile(join(folder, 'pid'), 'utf8').catch(() => '')) !== ''
    );
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    up: async () =>
      (await readFile(log, 'utf8')).split('\n').filter((one) => one.includes('stage=up&')).length,
    stop,
  };
}

const nginxConfig = (folder: string, files: string, log: string): string => {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `user root; daemon off; worker_processes auto; pid ${folder}/pid; error_log stderr;
events { worker_connections 768; }
http { ${temporary.join(' ')} sendfile on; tcp_nopush on; access_log off; log_format called '$request_body';
server { listen ${OWN}:${PORT};
location /blobs/ { root ${files}; }
location = /boot.ipxe { root ${folder}; }
location = /v1/boots/hand/files { default_type application/x-tar; alias ${folder}/given.tar; }
location = /v1/boots/hand/events { access_log ${log} called; proxy_pass http://127.0.0.1:${PORT}/; } }
server { listen 127.0.0.1:${PORT}; location / { return 200 "ok"; } } }
`;
};

/** It does not look whether an address is taken: that would take it 3 s. */
const dnsmasqOptions = (folder: string, at: string): string[] => [
  ...[
    '--port=0',
    '--interface=br0',
    '--bind-interfaces',
    '--except-interface=lo',
    '--no-ping',
    '--pid-file=',
  ],
  ...['--log-facility=-', '--user=root', `--dhcp-leasefile=${folder}/leases`, '--dhcp-authoritative'],
  ...['--dhcp-range=10.77.0.50,10.77.0.150,1h', '--enable-tftp', `--tftp-root=${folder}`],
  ...['--dhcp-match=set:ipxe,175', '--dhcp-match=set:efi,option:client-arch,7'],
  ...['--dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe', '--dhcp-boot=tag:!ipxe,tag:efi,snponly.efi'],
  `--dhcp-boot=tag:ipxe,${at}/boot.ipxe`,
];

/** A program in a network namespace. */
export const start = (namespace: string, argv: readonly string[]): ChildProcess =>
  spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });

/** Ends it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
