/** The boot server. */
import type { Messages } from '../language.ts';

export const boot: Messages['boot'] = {
  config: {
    address: 'IPv4-osoite, esimerkiksi 10.77.0.1',
    network: 'IPv4-verkko, esimerkiksi 10.77.0.0/24',
    range: 'IPv4-osoitteiden väli, esimerkiksi 10.77.0.50-10.77.0.150',
    interface:
      'verkkoliitäntä, esimerkiksi eth0: enintään 15 kirjainta, numeroa, pistettä, viivaa ja alaviivaa',
  },
};
