/** The command line of qemu-system(1) for a machine that boots over the network and has no disk. */

export interface Guest {
  firmware: 'bios' | 'uefi';
  /** MiB. */
  memory: number;
  cpus: number;
  mac: string;
  /** A tap device that is there already. */
  tap: string;
  /** Whether the processor's own virtualisation is used; without it, everything is emulated, which takes ten times as long. */
  fast: boolean;
}

/** The firmware of Debian's package `ovmf`: what it runs, and the variables that a machine starts with. */
export const OVMF = {
  code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
} as const;

export const PROGRAM = 'qemu-system-x86_64';

/** Whether it is there, and which version. */
export const versionArgv = (): string[] => [PROGRAM, '--version'];

/** Starts the guest, whose console is standard output. It ends when it is ended, not when it restarts. */
export const startArgv = ({ firmware, memory, cpus, mac, tap, fast }: Guest): string[] => [
  PROGRAM,
  '-nodefaults',
  '-no-user-config',
  ...['-display', 'none'],
  ...['-vga', 'none'],
  ...['-accel', fast ? 'kvm' : 'tcg,thread=multi'],
  // Without a screen the firmware of a BIOS, and thus iPXE, writes to the serial port.
  ...['-machine', 'q35,graphics=off'],
  // The newest that emulation is good at: what is newer has the kernel load drivers that only take time.
  ...['-cpu', fast ? 'host' : 'Nehalem'],
  ...['-smp', `${cpus}`],
  ...['-m', `${memory}`],
  // Who waits for entropy would wait long.
  ...['-device', 'virtio-rng-pci'],
  ...['-netdev', `tap,id=lan,ifname=${tap},script=no,downscript=no`],
  // UEFI brings its own way to boot over the network: that of the card would hide it.
  ...['-device', `virtio-net-pci,netdev=lan,mac=${mac}${firmware === 'uefi' ? ',romfile=' : ''}`],
  ...['-boot', 'order=n'],
  ...['-chardev', 'stdio,id=console,signal=off'],
  ...['-serial', 'chardev:console'],
  ...(firmware === 'uefi'
    ? [
        ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${OVMF.code}`],
        // What it writes there is forgotten.
        ...['-drive', `if=pflash,unit=1,format=raw,snapshot=on,file=${OVMF.variables}`],
      ]
    : []),
];
