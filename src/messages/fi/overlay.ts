/** What is said of overlay networks. */
import type { Messages } from '../language.ts';
import { all } from './words.ts';

export const overlay: Messages['overlay'] = {
  key: 'WireGuard-avain on 32 tavua base64-muodossa',
  zeroTierNetwork: 'ZeroTier-verkko on 16 heksadesimaalinumeroa, esimerkiksi 8056c2e21c000001',
  address: 'IP-osoite, esimerkiksi 10.80.0.2',
  network: 'verkko, esimerkiksi 10.80.0.0/24: sen ensimmäinen osoite ja kiinteiden bittien määrä',
  kind: 'pitää olla jokin näistä: wireguard, zerotier',
  small: 'siihen ei mahdu kahta palvelinta',
  seconds: 'vähintään 1s ja enintään 1h, tai 0s: ei lainkaan',
  notMember: (f) => `${f.host} ei ole jäsen`,
  outside: (f) => `ei ole palvelimen osoite verkossa ${f.network}`,
  sharedAddress: (f) => `${f.address} on jo annettu: ${f.owner}`,
  sharedPort: (f) => `portti ${f.port} on jo annettu: ${f.owner}, jolla on yhteisiä jäseniä`,
  full: (f) => `verkossa ${f.network} ei ole vapaita osoitteita`,

  plans: {
    join: (f) => `${f.host} verkkoon ${f.name}`,
    joined: (f) => `${f.host} on verkon ${f.name} jäsen`,
    leave: (f) => `${f.host} pois verkosta ${f.name}`,
    left: (f) => `${f.host} on poissa verkosta ${f.name}`,
    test: (f) => `verkon ${f.name} koe: ${all(f.hosts)}`,
    tested: (f) => `verkko ${f.name} toimii: ${all(f.hosts)}`,
  },

  steps: {
    join: (f) => `palvelimen ${f.host} liittäminen verkkoon ${f.name}`,
    tell: (f) => `verkon ${f.name} jäsenten kertominen palvelimelle ${f.host}`,
    admit: (f) => `palvelimen ${f.host} päästäminen verkkoon ${f.name}`,
    admitNetwork: (f) => `verkon ${f.name} päästäminen palvelimen ${f.host} palomuurista`,
    expel: (f) => `palvelimen ${f.host} sulkeminen verkosta ${f.name}`,
    test: (f) => `verkon ${f.name} koe palvelimelta ${f.host}`,
    leave: (f) => `palvelimen ${f.host} poisto verkosta ${f.name}`,
  },

  notes: {
    joined: (f) =>
      `${f.host}${f.address ? `: osoite ${f.address}` : ''}${f.interface ? `, liitäntä ${f.interface}` : ''}, avain ${f.key}`,
    told: (f) => (f.hosts.length > 0 ? `${f.host} tuntee: ${all(f.hosts)}` : `${f.host} ei tunne muita`),
    admitted: (f) => `${f.host} päästettiin sisään osoitteella ${f.address}`,
    expelled: (f) => `ohjain ei enää päästä sisään: ${f.host}`,
    reached: (f) => `${f.host} tavoittaa: ${f.peer}, ${f.time}`,
    alone: (f) => `${f.host} on toistaiseksi ainoa jäsen: ei ole ketä tavoittaa`,
    left: (f) => `${f.host} on poissa verkosta ${f.name}`,
    restored: (f) => `${f.host} on verkossa ${f.name} kuten ennenkin`,
  },

  show: {
    none: 'Päällysverkkoja ei ole; asetusten osio overlays määrittelee niitä.',
    member: (f) =>
      `● ${f.host} · ${f.address}${f.interface ? `, liitäntä ${f.interface}` : ''} · avain ${f.key}`,
    waiting: (f) => `○ ${f.host} · ei ole liittynyt`,
    stray: (f) =>
      `✕ ${f.host} · liittynyt, mutta ei ole asetusten mukaan jäsen: /overlay leave ${f.name} ${f.host}`,
    noMembers: 'Mikään palvelin ei ole sen jäsen.',
    nothingToTest: (f) => `Kukaan ei ole liittynyt verkkoon ${f.name}.`,
    notJoined: (f) => `${f.host} ei ole verkossa ${f.name}.`,
  },

  byHand: {
    interfaces: 'luoda verkkoliitäntöjä',
    zeroTier: 'käyttää ZeroTieriä',
  },

  reasons: {
    taken: (f) => `siellä on verkkoliitäntä ${f.interface}, joka ei ole Musterin`,
    noTunnel: 'sen ytimessä ei ole WireGuardia, eikä wireguard-go ole asennettu',
    noStart: 'wireguard-go ei käynnistynyt',
    service: 'ZeroTier-palvelu ei vastaa',
    waits: (f) => `ZeroTier sanoo ${f.status}`,
    addressTaken: (f) => `${f.address} annettiin sillä välin: ${f.owner}`,
    unknownMember: 'ohjain ei tunne sitä',
    noController: 'ohjain ei vastaa',
    refused: 'ohjain hylkää tokenin',
    noNetwork: 'ohjaimella ei ole sellaista verkkoa, tai token ei näe sitä',
    odd: (f) => `ohjain vastasi koodilla ${f.status}`,
    unreadable: 'ohjaimen vastaus ei kuvaa jäsentä',
  },
};
