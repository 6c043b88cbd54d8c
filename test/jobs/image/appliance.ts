/** A template of packer that installs a machine with QEMU in a moment: what it boots writes a word to its own disk, and switches itself off. */

/** Of 16 bits (8086): writes the sector that `WORD` begins to the second sector, then switches off as the BIOS of QEMU has it (ACPI, PM1a). */
const INSTALL = Buffer.from('31c08ec0bb207cb80103b9020030f6cd13ba0406b80020eff4ebfd', 'hex');
/** Stays for ever. */
const STAY = Buffer.from('f4ebfd', 'hex');
/** Where the code says that it lies in the sector. */
const WORD_AT = 0x20;
const DISK_BYTES = 1024 * 1024;

/** What is on the second sector of a disk that was installed. */
export const INSTALLED = 'installed';

/** The disk that it begins as. */
export function applianceDisk(ends = true): Buffer {
  const disk = Buffer.alloc(DISK_BYTES);
  (ends ? INSTALL : STAY).copy(disk);
  disk.write(INSTALLED, WORD_AT);
  disk.writeUInt16BE(0x55aa, 510);
  return disk;
}

/** The template, which leaves `output-qemu/appliance.raw`. */
export const APPLIANCE = JSON.stringify({
  variables: { disk: 'disk.raw' },
  builders: [
    {
      ...{ type: 'qemu', accelerator: 'none', headless: true, disable_vnc: true, communicator: 'none' },
      ...{ iso_url: '{{user `disk`}}', iso_checksum: 'none', disk_image: true, skip_resize_disk: true },
      ...{
        format: 'raw',
        disk_interface: 'ide',
        net_device: 'e1000',
        boot_wait: '1s',
        shutdown_timeout: '5m',
      },
      ...{ output_directory: 'output-qemu', vm_name: 'appliance.raw' },
    },
  ],
});
