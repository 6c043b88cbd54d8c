/** Machines that boot over the network. */
import { type Entry, entry } from '../../entry.ts';

export const machines = {
  'machine.unknown': entry(
    (f) => `there is no machine ${f.machine}`,
    () => '/machine list shows what there is.',
  ),
  'machine.file': entry(
    (f) => `${f.file} for ${f.machine} cannot be made: ${f.reason}`,
    (f) => `Mend its template or data, then boot ${f.machine} again.`,
  ),
  'machine.reserved': entry(
    (f) => `${f.file} cannot be given to ${f.machine}: ${f.path} is Muster's own there`,
    (f) => `Give the file ${f.file} another path, or take it out of the profile.`,
  ),
  'machine.hostkey': entry(
    (f) =>
      f.reason === 'open'
        ? `others may read the SSH host key ${f.file}`
        : `the SSH host key ${f.file} is not an ed25519 key`,
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: the machine gets a new one as it boots next.`
        : `Put the right one back, or remove it: the machine gets a new one as it boots next.`,
  ),
  'machine.nolabel': entry(
    (f) => `no machine carries the label ${f.label}`,
    (f) => (f.near === undefined ? '/machine list shows what there is.' : `Did you mean label:${f.near}?`),
  ),
  'machine.known': entry(
    (f) => `there is a machine ${f.machine} already`,
    (f) => `/machine show ${f.machine}`,
  ),
  'machine.configured': entry(
    (f) => `${f.machine} stands in a file of the configuration`,
    () => 'Change it there, then /reload.',
  ),
  'machine.claimed': entry(
    (f) => `${f.what} is ${f.owner}'s already`,
    (f) => `/machine show ${f.owner}`,
  ),
  'machine.stranger': entry(
    (f) => `nobody with the address ${f.mac} has asked for an image`,
    () => '/machine list shows who did; /machine add adds any.',
  ),
  'machine.setting': entry(
    (f) => `${f.text} cannot be set: ${f.message}`,
    () => 'Like image=debian-live, profile=worker, labels=canary,rack-2 or kernel=quiet.',
  ),
  'machine.nowhere': entry(
    (f) => `${f.machine} boots its own disk: no image is named for it`,
    (f) => `/machine set ${f.machine} image=NAME, or give it a profile that has one.`,
  ),
  'machine.waits': entry(
    (f) => `${f.machine} may not boot now: ${f.why}`,
    (f) => `/boot plan ${f.machine}`,
  ),
  'machine.used': entry(
    (f) => `${f.machine} is at work: ${f.run}`,
    (f) => `/job ${f.run}`,
  ),
  'machine.unhealthy': entry(
    (f) => `${f.host} is up, but not healthy: ${f.state}`,
    (f) => `/health host/${f.host}`,
  ),
  'machine.stack': entry(
    (f) => `${f.machine} is up, but ${f.app} did not start there`,
    (f) => (f.run === undefined ? `/deploy ${f.app} --to ${f.machine}` : `/why ${f.run} tells why.`),
  ),
  'image.unpromoted': entry(
    (f) => `no version of ${f.image} is promoted`,
    (f) =>
      `/image list ${f.image} shows what there is; /image promote gives one out, and /build image ${f.image} --promote a new one.`,
  ),
  'rollout.waves': entry(
    (f) => `${f.text} are no waves`,
    () => 'Numbers of machines, one after the other, like 1,5,all.',
  ),
  'boot.down': entry(
    () => 'the boot server does not look after boots',
    () => 'Look whether muster boot runs, and at its log.',
  ),
  'boot.elsewhere': entry(
    (f) => `${f.machine} came up with ${f.version}, not with ${f.wanted}`,
    (f) => `/boot plan ${f.machine} says why.`,
  ),
  'boot.gone': entry(
    (f) => `the boot of ${f.machine} is not known any more`,
    (f) => `/machine boot ${f.machine}`,
  ),
  'boot.dhcp.never': entry(
    (f) => `dhcp: ${f.machine} never asked for an address within ${f.limit}`,
    () => 'Is it on, is its cable in this network, and is the network the first it boots from?',
  ),
  'boot.dhcp.unanswered': entry(
    (f) => `dhcp: ${f.machine} asked for an address, and dnsmasq offered none`,
    () => 'Is an address left in boot.dhcp.range? The log of the boot server says what dnsmasq made of it.',
  ),
  'boot.dhcp.unacknowledged': entry(
    (f) => `dhcp: dnsmasq offered an address, and ${f.machine} never took it`,
    () => 'Another DHCP server that was not seen may have been first, or its answers do not get through.',
  ),
  'boot.dhcp.foreign': entry(
    (f) =>
      f.stage === 'loader'
        ? `loader: dnsmasq offered, ${f.machine} never asked TFTP: another DHCP server answered first: ${f.server}`
        : f.stage === 'script'
          ? `script: ${f.machine} has iPXE, and never asked for its script: another DHCP server answered first: ${f.server}`
          : `dhcp: ${f.machine} asked for an address, and another DHCP server answered first: ${f.server}`,
    (f) => `Switch ${f.server} off, or say boot.dhcp: {mode: proxy} if it is to give out the addresses.`,
  ),
  'boot.loader.unasked': entry(
    (f) => `loader: ${f.machine} has its address, and never asked for iPXE over TFTP`,
    () =>
      'Is UDP port 69 open to it, and does its firmware boot from the network over IPv4? With boot.dhcp: {mode: proxy}: does the other DHCP server name no boot file?',
  ),
  'boot.loader.failed': entry(
    (f) => `loader: iPXE could not be sent to ${f.machine}: ${f.detail}`,
    () => 'TFTP answers from changing ports: a firewall in between may let only the first packet through.',
  ),
  'boot.loader.missing': entry(
    (f) => `loader: there is no ${f.file}, which ${f.machine} would load`,
    () => 'Put it into the folder loaders of the boot host’s root, and start Muster again: see docs/boot.md.',
  ),
  'boot.script.unasked': entry(
    (f) => `script: ${f.machine} has iPXE, and never asked for its script`,
    () => 'iPXE found no network card, got no address, or does not reach the boot server over HTTP.',
  ),
  'boot.script.refused': entry(
    (f) => `script: ${f.machine} asked, and may not boot now: ${f.why}`,
    (f) => `/boot plan ${f.machine}`,
  ),
  'boot.kernel.unfetched': entry(
    (f) => `kernel: ${f.machine} has its script, and never fetched the kernel`,
    () => 'iPXE may have run out of memory or lost its network; its screen says which.',
  ),
  'boot.kernel.stuck': entry(
    (f) => `kernel: ${f.machine} began to fetch the kernel, and did not have it after ${f.limit}`,
    () => 'The network to it is slow or drops packets.',
  ),
  'boot.kernel.failed': entry(
    (f) => `kernel: ${f.machine} could not load it${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/image show ${f.version ?? ''} shows what it should have got.`,
  ),
  'boot.initrd.unfetched': entry(
    (f) => `initrd: ${f.machine} has the kernel, and never fetched the initrd`,
    () => 'iPXE may have run out of memory; its screen says so.',
  ),
  'boot.initrd.stuck': entry(
    (f) => `initrd: ${f.machine} began to fetch the initrd, and did not have it after ${f.limit}`,
    () => 'The network to it is slow or drops packets.',
  ),
  'boot.initrd.failed': entry(
    (f) => `initrd: ${f.machine} could not start what it loaded${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'Its memory may be too small for kernel and initrd, or its firmware refuses the kernel (Secure Boot).',
  ),
  'boot.root.silent': entry(
    (f) => `root: ${f.machine} has kernel and initrd, and nothing was heard of it for ${f.limit}`,
    () => 'The kernel may have stopped, or knows no driver of its network card: see its console.',
  ),
  'boot.root.stuck': entry(
    (f) => `root: ${f.machine} began to fetch its root file system, and did not have it after ${f.limit}`,
    () => 'The network to it is slow, or its memory too small.',
  ),
  'boot.root.unopened': entry(
    (f) => `root: ${f.machine} was sent its root file system, and did not say that it could use it`,
    () => 'Its memory may be too small for it: see its console.',
  ),
  'boot.root.sha256': entry(
    (f) => `root: sha256 differs${f.detail ? ` (${f.detail})` : ''}`,
    (f) => `The image is damaged: /image show ${f.version ?? ''}, then build it again.`,
  ),
  'boot.root.fetch': entry(
    (f) => `root: ${f.machine} could not fetch its root file system${f.detail ? `: ${f.detail}` : ''}`,
    () => 'Does the boot server answer over HTTP? Its log says what it was asked for.',
  ),
  'boot.root.unpack': entry(
    (f) => `root: ${f.machine} could not unpack its root file system${f.detail ? `: ${f.detail}` : ''}`,
    () => 'Its memory may be too small for it.',
  ),
  'boot.root.memory': entry(
    (f) =>
      `root: ${f.machine} has too little memory for its root file system${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'Give it more memory, or an image with less in it; a squashfs stays packed, a tar.xz needs all of its size.',
  ),
  'boot.root.failed': entry(
    (f) => `root: ${f.machine} could not use its root file system${f.detail ? `: ${f.detail}` : ''}`,
    () => 'See its console.',
  ),
  'boot.configured.silent': entry(
    (f) =>
      `configured: ${f.machine} has its root file system, and did not say within ${f.limit} that it was configured`,
    () => 'systemd may hang before its network is there: see its console.',
  ),
  'boot.configured.files': entry(
    (f) => `configured: ${f.machine} could not be given what it is to have${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `Mend that, then /machine boot ${f.machine}.`,
  ),
  'boot.configured.service': entry(
    (f) => `configured: a service did not start on ${f.machine}${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `See systemctl status on ${f.machine}; what is started there is in services of its profile.`,
  ),
  'boot.configured.space': entry(
    (f) => `configured: ${f.machine} has no room for what it is given${f.detail ? `: ${f.detail}` : ''}`,
    () =>
      'What is written there is in its memory: give it more, or see what in its image writes so much before.',
  ),
  'boot.configured.failed': entry(
    (f) => `configured: ${f.machine} could not be configured${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/machine why ${f.machine}`,
  ),
  'boot.up.silent': entry(
    (f) => `up: ${f.machine} is configured, and did not say within ${f.limit} that it was up`,
    () => 'A unit may wait for something: see systemctl list-jobs over there.',
  ),
  'boot.up.service': entry(
    (f) => `up: a service is not active on ${f.machine}${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `Its journal on ${f.machine} says why.`,
  ),
  'boot.up.failed': entry(
    (f) => `up: ${f.machine} says that it could not come up${f.detail ? `: ${f.detail}` : ''}`,
    (f) => `/machine why ${f.machine}`,
  ),
  'boot.restarted': entry(
    (f) => `${f.stage}: ${f.machine} began to boot anew before it got there`,
    () => 'The kernel may have stopped (it restarts after 10 s), or somebody pressed reset.',
  ),
  'boot.replaced': entry(
    (f) => `${f.stage}: ${f.machine} was restarted by Muster before it got there`,
    (f) => `/machine show ${f.machine}`,
  ),
} satisfies Record<string, Entry>;
