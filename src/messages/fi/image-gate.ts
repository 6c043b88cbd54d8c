/** Images that are booted before machines boot them. */

const and = (text: string): string => (text === '' ? '' : `: ${text}`);

export const imageGate = {
  gate: {
    step: (f: { image: string; firmware: string }) => `käynnistä ${f.image} (${f.firmware})`,
    before: (f: { version: string; firmware: string }) =>
      `${f.version} on jo käynnistynyt (${f.firmware}): ei kokeilla uudelleen`,
    passed: (f: { version: string; firmware: string; time: string }) =>
      `${f.version} oli käynnissä (${f.firmware}), aikaa kului ${f.time}`,
    reached: (f: { stage: string; time: string }) => `${f.stage}, aikaa kului ${f.time}`,
    stages: {
      dhcp: 'osoite (DHCP)',
      loader: 'lataaja',
      script: 'skripti',
      kernel: 'ydin',
      initrd: 'alkulevy (initrd)',
      root: 'juuritiedostojärjestelmä',
      configured: 'asetettu',
      up: 'käynnissä',
    },
    causes: {
      deadline: (f: { stage: string }) => `se ei koskaan päässyt vaiheeseen: ${f.stage}`,
      restarted: (f: { stage: string }) => `se käynnistyi uudelleen ennen kuin pääsi vaiheeseen: ${f.stage}`,
      ended: (f: { stage: string; detail: string }) =>
        `kone sammui ennen kuin pääsi vaiheeseen: ${f.stage}${f.detail === '' ? '' : ` (${f.detail})`}`,
      told: (f: { stage: string; cause: string; detail: string }) =>
        `vaihe ${f.stage}${and(f.cause)}${and(f.detail)}`,
    },
  },
};
