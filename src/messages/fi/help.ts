/** The words around what commands say of themselves. */
import type { Messages } from '../language.ts';

export const help: Messages['help'] = {
  nothing: 'Et saa vielä tehdä täällä mitään: pyydä ylläpitäjältä roolia.',
  groups: { read: 'Katso', change: 'Muuta', destroy: 'Tuhoa' },
  risks: {
    read: 'vain lukee',
    change: 'muuttaa asioita, voi perua',
    destroy: 'tuhoaa asioita, ei voi perua',
  },
  risk: (f) => `Riski: ${f.risk} (${f.words})`,
  usage: (f) => `Käyttö: ${f.usage}`,
  also: (f) => `Myös: ${f.names.join(', ')}`,
  examples: 'Esimerkkejä:',
  noDescription: 'ei kuvausta',
  oneOf: (f) => `jokin näistä: ${f.choices.join(', ')}`,
  list: 'luettelo',
  required: 'pakollinen',
  byDefault: (f) => `oletus ${f.value}`,
  family: (f) => `katso ${f.line}`,
  more: (f) => (f.count === 1 ? '… ja 1 rivi lisää' : `… ja ${f.count} riviä lisää`),
  text: 'teksti',
  dryRun: 'näytä, mitä tehtäisiin, äläkä tee mitään',
};
