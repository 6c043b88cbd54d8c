/** What is said of packet filters. */
import type { Messages } from '../language.ts';

export const firewall: Messages['firewall'] = {
  name: 'nimi on enintään 32 pientä kirjainta (a-z), numeroa ja väliviivaa keskellä, ja alkaa kirjaimella',
  interface:
    'verkkoliitännän nimi on enintään 15 merkkiä, esimerkiksi eth0; br-* tarkoittaa kaikkia, jotka alkavat niin',
  addresses: 'osoitteet ovat muotoa 10.0.0.7, 10.0.0.0/8, 10.0.0.1-10.0.0.9 tai 2001:db8::/32',
  source: 'lähde on osoitteita, esimerkiksi 10.0.0.0/8, tai osoitejoukko, esimerkiksi @office',
  ports: 'portti on luku väliltä 1-65535; väli on muotoa 8000-8010',
  label: 'enintään 100 kirjainta (a-z), numeroa ja välimerkkiä (-_@/ tai piste), esimerkiksi app/shop',
  comment: 'huomautus on yksi rivi, enintään 200 merkkiä',
  portsNeeded: 'tcp ja udp tarvitsevat portit; pingillä (icmp) niitä ei ole',
  limitedDrop: 'rajan voi antaa vain sille, mikä päästetään sisään',
  twice: (f) => `${f.name} on mainittu kahdesti, tai nimi on varattu`,
  bridges: 'sillat annetaan koko nimellä: br0, ei br*',
  noZone: (f) => `vyöhykettä ${f.name} ei ole`,
  noSet: (f) => `osoitejoukkoa ${f.name} ei ole`,
  line: (f) => {
    const what = `${f.action === 'drop' ? 'estä ' : ''}${f.protocol === 'icmp' ? 'ping' : `${f.protocol} ${f.ports}`}`;
    const source = f.source === 'anywhere' ? 'mistä tahansa' : `lähteestä ${f.source}`;
    const where = f.zone === undefined ? '' : ` vyöhykkeellä ${f.zone}`;
    const limit = f.limit === undefined ? '' : `, enintään ${f.limit} kultakin`;
    return `${what} ${source}${where}${limit} (${f.owners})`;
  },
  rate: {
    second: (f) => `${f.rate} sekunnissa`,
    minute: (f) => `${f.rate} minuutissa`,
    hour: (f) => `${f.rate} tunnissa`,
  },
  zoneDefault: (f) =>
    `vyöhyke ${f.name} ${f.default === 'drop' ? 'estää kaiken muun' : 'päästää läpi kaiken muun'}`,
  zoneBridged: (f) => `vyöhykkeen ${f.name} siltojen läpi kulkeva pääsee läpi`,
  zoneInterface: (f) => `${f.interface} kuuluu vyöhykkeeseen ${f.zone}`,
  setEntry: (f) => `${f.addresses} kuuluu joukkoon @${f.name}`,
  absent: 'Musterin sääntöjä ei ole siellä',
  strange: '+ samanniminen taulu, jota Muster ei tehnyt',
  ufw: {
    limit: (f) => `säännön ${f.id} raja; ufw tuntee vain yhden oman rajansa`,
    ping: 'se vastaa pingiin kaikille, joten ping on määritettävä',
    pingRule: (f) => `${f.id}; se vastaa pingiin kaikille`,
    accepting: 'palomuuri, joka päästää oletuksena läpi',
    bridged: (f) => `sillat, joilla on omia koneita, vyöhykkeellä ${f.name}`,
    outside: (f) => `${f.id} on vain vyöhykkeelle outside, ja muitakin estäviä vyöhykkeitä on`,
    many: (f) => `${f.count} sääntöä on sille liikaa`,
    ipv6: 'IPv6 on pois päältä sen asetuksissa, eikä sitä suodatettaisi',
  },
  drift: {
    element: (f) => `${f.element} joukossa ${f.set}`,
    rule: (f) => `sääntö ketjussa ${f.chain}: ${f.rule}`,
    moved: (f) => `ketjun ${f.chain} säännöt ovat eri järjestyksessä`,
    others: (f) => `muiden sääntöjä, joilla ei ole vaikutusta Musterin sääntöjen jälkeen: ${f.rules}`,
    off: '- ufw on pois päältä',
  },
};
