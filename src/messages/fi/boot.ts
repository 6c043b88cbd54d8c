/** The boot server. */
import type { Messages } from '../language.ts';

export const boot: Messages['boot'] = {
  config: {
    mode: 'dhcp on authoritative, joka jakaa osoitteet itse, tai proxy toisen palvelimen rinnalla',
    address: 'IPv4-osoite, esimerkiksi 10.77.0.1',
    network: 'IPv4-verkko, esimerkiksi 10.77.0.0/24',
    range: 'IPv4-osoitteiden väli, esimerkiksi 10.77.0.50-10.77.0.150',
    outside: (f) => `ei kuulu verkkoon ${f.network}: ${f.address}`,
    interface:
      'verkkoliitäntä, esimerkiksi eth0: enintään 15 kirjainta, numeroa, pistettä, viivaa ja alaviivaa',
  },
  down: {
    server: 'käynnistyspalvelin ei ole toiminnassa',
    serverOver: 'käynnistyspalvelin toimii taas',
    ended: (f) => `Se päättyi itsestään (${f.how}) ja käynnistetään uudelleen.`,
    serverHint: 'syyt ovat lokissa; käynnissä olevat koneet jatkavat',
    dhcp: 'dnsmasq ei ole käynnissä: yksikään kone ei voi käynnistyä verkosta',
    dhcpOver: 'dnsmasq on taas käynnissä',
    dhcpHint:
      'sitä käynnistetään yhä uudelleen; onko boot.interface olemassa, ja jakaako jokin muu osoitteita tällä palvelimella?',
  },
  up: (f) => `Käynnistyspalvelin jakaa skriptejä ja levykuvia osoitteessa http://${f.address}:${f.port}.`,
  scripts: {
    image: (f) => `Muster käynnistää koneen ${f.machine} levykuvalla ${f.version}`,
    discovery: (f) => `Muster ei tunne tätä konetta ja tutkii sen levykuvalla ${f.version}`,
    local: 'Muster jättää koneen omalle levylleen',
    wait: (f) =>
      `Musterilla ei ole nyt mitään tälle koneelle, se kysyy uudelleen ${f.seconds} sekunnin kuluttua`,
    unsupported: (f) => `Musterilla ei ole levykuvia tälle koneelle: ${f.platform} ${f.architecture}`,
  },
};
