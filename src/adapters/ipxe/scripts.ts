/** What iPXE does with one machine: boots an image, leaves it to its disk, or has it ask again. */
import type { Asking, Bootable, FetchedPart } from '../../boot.ts';
import { shown, words } from './words.ts';

/** Where a script leads. */
export interface ScriptPlace {
  /** Like `http://10.77.0.1:8080`. */
  base: string;
  asking: Asking;
  /** For the console, in a few words. */
  title: string;
}

/** Where a machine asks again: as it asked, whatever iPXE knows of it by now. */
export function askAgain({ base, asking }: Pick<ScriptPlace, 'base' | 'asking'>): string {
  const query = new URLSearchParams({
    mac: asking.mac.replaceAll(':', '-'),
    uuid: asking.uuid ?? '',
    serial: asking.serial ?? '',
    ...WHAT_IPXE_SAYS[asking.firmware],
  });
  return `${base}/v1/script?${query}`;
}

const EFI = { platform: 'efi' };
const WHAT_IPXE_SAYS: Record<Asking['firmware'], { buildarch: string; platform: string }> = {
  bios: { buildarch: 'i386', platform: 'pcbios' },
  'efi-x64': { buildarch: 'x86_64', ...EFI },
  'efi-x64-http': { buildarch: 'x86_64', ...EFI },
  'efi-arm64': { buildarch: 'arm64', ...EFI },
  'efi-arm64-http': { buildarch: 'arm64', ...EFI },
};

/** What a blob is fetched by: its content, the boot that it is for, and what it is to that boot. */
export const blobUrl = (base: string, sha256: string, token: string, part: FetchedPart): string =>
  `${base}/blobs/${sha256}?b=${token}&p=${part}`;

/** The kernel's line, without the kernel; see what the initramfs reads of it in docs/boot.md. */
export function kernelLine(
  { base, asking }: Pick<ScriptPlace, 'base' | 'asking'>,
  { token, bootable, discover }: { token: string; bootable: Bootable; discover: boolean },
): string {
  const { root, format } = bootable;
  return words(
    [
      // UEFI hangs without it; BIOS does not mind.
      'initrd=initrd.img',
      'boot=muster',
      `muster.root=${blobUrl(base, root.sha256, token, 'root')}`,
      `muster.sha256=${root.sha256}`,
      `muster.bytes=${root.bytes}`,
      `muster.format=${format}`,
      `muster.boot=${base}/v1/boots/${token}`,
      ...(discover ? ['muster.discover=1'] : []),
      `BOOTIF=01-${asking.mac.replaceAll(':', '-')}`,
      'panic=10',
      'ip=dhcp',
      placed(bootable.kernelLine, {
        documents: discover ? undefined : `${base}/v1/boots/${token}/nocloud/`,
        root: blobUrl(base, root.sha256, token, 'root'),
      }),
    ].join(' '),
  );
}

/**
 * An image's own words: one that says so has cloud-init, or HashiOS's way to its root file system, which only have to be told where.
 * Where there are no documents, as a machine that nobody knows is given nothing, cloud-init is to keep out: it would wait for them.
 */
function placed(line: string, { documents, root }: { documents: string | undefined; root: string }): string {
  const place = documents === undefined ? 'cloud-init=disabled' : `$&;s=${documents}`;
  const told = line.replace(/(?<=^| )ds=nocloud(?:-net)?(?=$| )/g, place);
  if (/(?:^| )ramroot=/.test(told)) return told;
  return told.replace(/(?<=^| )boot=ramdisk(?=$| )/, `$& ramroot=${root}`);
}

/** Boots an image; where that fails, says so and asks again, as another version may be given then. */
export function imageScript(
  place: ScriptPlace,
  image: { token: string; bootable: Bootable; discover: boolean },
): string {
  const { base } = place;
  const { token, bootable } = image;
  const { kernel, initrd } = bootable;
  return script(place, [
    ...fetching(
      'kernel',
      `kernel ${blobUrl(base, kernel.sha256, token, 'kernel')} ${kernelLine(place, image)}`,
    ),
    ...fetching('initrd', `initrd --name initrd.img ${blobUrl(base, initrd.sha256, token, 'initrd')}`),
    'set stage exec',
    'boot || goto failed',
    ':failed',
    'imgfree ||',
    `imgfetch --name failed ${base}/v1/boots/${token}/failed?stage=\${stage} ||`,
    'imgfree ||',
    'sleep 10',
    ...asking(place),
  ]);
}

/** How often a part is fetched: a transfer that got stuck on its way goes well the next time. */
const FETCHES = 3;

/** Fetches a part of an image, in several tries; goes on where it has it. */
const fetching = (stage: string, command: string): string[] => [
  `set stage ${stage}`,
  'set tries:int32 0',
  `:${stage}`,
  `${command} && goto has-${stage} ||`,
  'inc tries',
  `iseq \${tries} ${FETCHES} && goto failed ||`,
  'sleep 2',
  `goto ${stage}`,
  `:has-${stage}`,
];

/** Its own disk: BIOS can start it from here, UEFI has its own order of devices. */
export const localScript = (place: ScriptPlace): string =>
  script(place, [
    ...(place.asking.firmware === 'bios' ? ['sanboot --no-describe --drive 0x80 || exit 1'] : []),
    'exit 1',
  ]);

/** Asks again after so many seconds. */
export const waitScript = (place: ScriptPlace, seconds: number): string =>
  script(place, [`sleep ${Math.max(1, Math.round(seconds))}`, ...asking(place)]);

/** Nothing that this machine could boot: the firmware takes its next device. */
export const refusalScript = (title: string): string =>
  ['#!ipxe', `echo ${shown(title)}`, 'sleep 5', 'exit 1', ''].join('\n');

const script = ({ title }: ScriptPlace, lines: readonly string[]): string =>
  ['#!ipxe', `echo ${shown(title)}`, ...lines, ''].join('\n');

/** How often it is asked again, 5 s apart, while nobody answers. */
const TRIES = 60;

const asking = (place: ScriptPlace): string[] => [
  'set tries:int32 0',
  ':ask',
  `chain --replace --autofree ${words(askAgain(place))} ||`,
  'inc tries',
  `iseq \${tries} ${TRIES} && exit 1 ||`,
  'sleep 5',
  'dhcp netX ||',
  'goto ask',
];
