/** The command lines that start a long-lived program, with and without systemd. */

/** A program to start where no service manager does it. */
export interface Daemon {
  /** Absolute path. */
  program: string;
  arguments: readonly string[];
  /** Written by the program itself; a living process named there means that it runs already. */
  pidFile: string;
  /** Gets what the program says; appended. */
  log: string;
}

/** True (code 0) where systemd is the init system, see sd_booted(3); an installed but idle systemd does not count. */
export const bootedArgv = (): string[] => ['test', '-d', '/run/systemd/system'];

/** Starts a unit now and at every boot. */
export const enableArgv = (unit: string): string[] => ['systemctl', 'enable', '--now', '--', unit];

/**
 * Starts a daemon in a session of its own, so that it outlives whoever asked (start-stop-daemon(8), part of dpkg).
 * It must not carry the mark of the step that starts it, else cancelling that step would end it.
 */
export const daemonArgv = ({ program, arguments: words, pidFile, log }: Daemon): string[] => [
  'env',
  '--unset=MUSTER_MARK',
  'start-stop-daemon',
  '--start',
  '--oknodo',
  '--background',
  '--output',
  log,
  '--pidfile',
  pidFile,
  '--exec',
  program,
  '--',
  ...words,
];

/** The last lines of a log. */
export const tailArgv = (log: string, lines: number): string[] => ['tail', '-n', String(lines), '--', log];
