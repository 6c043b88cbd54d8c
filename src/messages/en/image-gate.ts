/** Images that are booted before machines boot them. */

/** What follows a cause, where something does. */
const and = (text: string): string => (text === '' ? '' : `: ${text}`);

export const imageGate = {
  gate: {
    step: (f: { image: string; firmware: string }) => `boot ${f.image} with ${f.firmware}`,
    before: (f: { version: string; firmware: string }) =>
      `${f.version} has booted with ${f.firmware} before: not tried again`,
    passed: (f: { version: string; firmware: string; time: string }) =>
      `${f.version} was up with ${f.firmware} after ${f.time}`,
    reached: (f: { stage: string; time: string }) => `${f.stage} after ${f.time}`,
    stages: {
      dhcp: 'DHCP',
      loader: 'loader',
      script: 'script',
      kernel: 'kernel',
      initrd: 'initrd',
      root: 'root file system',
      configured: 'configured',
      up: 'up',
    },
    causes: {
      deadline: (f: { stage: string }) => `it never came to: ${f.stage}`,
      restarted: (f: { stage: string }) => `it started anew before it came to: ${f.stage}`,
      ended: (f: { stage: string; detail: string }) =>
        `the machine ended before it came to: ${f.stage}${f.detail === '' ? '' : ` (${f.detail})`}`,
      told: (f: { stage: string; cause: string; detail: string }) =>
        `${f.stage}${and(f.cause)}${and(f.detail)}`,
    },
  },
};
