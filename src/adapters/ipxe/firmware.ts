/** Which firmware and processor a machine has, by what iPXE says of itself. */
import type { Firmware } from '../../boot.ts';

const KNOWN: Readonly<Record<string, Firmware>> = {
  'pcbios/i386': 'bios',
  'pcbios/x86_64': 'bios',
  'efi/x86_64': 'efi-x64',
  'efi/arm64': 'efi-arm64',
};

/** Of iPXE's `platform` and `buildarch`; undefined where there are no images for it, like UEFI of 32 bits. */
export const firmwareOf = (platform: string, buildarch: string): Firmware | undefined =>
  Object.hasOwn(KNOWN, `${platform}/${buildarch}`) ? KNOWN[`${platform}/${buildarch}`] : undefined;
