/** Firewalls and overlay networks. */
import { type Entry, entry } from '../../entry.ts';

export const networks = {
  'firewall.noguardian': entry(
    (f) => `mikään ei pidä palvelimen ${f.host} palomuuria`,
    (f) => `Aja siellä muster agent guardian ja nimeä se palvelimen ${f.host} vartijaksi.`,
  ),
  'firewall.probe': entry(
    (f) => `palvelimen ${f.host} ${f.address} ei enää vastaa: ${f.reason}`,
    (f) => `Palvelimen ${f.host} palomuuri perutaan. Katso /firewall plan ${f.host}`,
  ),
  'firewall.undeclared': entry(
    (f) => `asetuksissa ei ole mitään palvelimen ${f.host} palomuurista`,
    () => 'Lisää se osioon firewall, sitten /reload.',
  ),
  'firewall.unapplied': entry(
    (f) => `palvelimen ${f.host} voimassa olevassa palomuurissa ei ole vielä vyöhykettä ${f.zone}`,
    (f) => `Ensin /firewall apply ${f.host}, sitten /retry.`,
  ),
  'firewall.invalid': entry(
    (f) => `palvelimen ${f.host} palomuurin osat ovat ristiriidassa: ${f.problem}`,
    () => 'Korjaa osio firewall, sitten /reload.',
  ),
  'firewall.waiting': entry(
    (f) => `toinen palomuurin muutos odottaa pitämistä (${f.id}, ${f.by})`,
    () => 'Ensin /firewall keep tai /firewall revert.',
  ),
  'firewall.gone': entry(
    (f) => `palomuurin muutos ${f.id} ei ole enää voimassa`,
    () => 'Kukaan ei pitänyt sitä ajoissa, tai se peruttiin: /firewall show',
  ),
  'firewall.unkept': entry(
    (f) => `kukaan ei pitänyt palvelimen ${f.host} palomuuria ajoissa: edellinen on taas voimassa`,
    (f) => `/firewall plan ${f.host}, ja ota se käyttöön uudelleen.`,
  ),
  'firewall.same': entry(
    (f) => `muutoksen ${f.id} voi pitää vain se, joka tuli sisään sen jälkeen`,
    () => 'Vain uusi yhteys osoittaa, ettei kukaan jäänyt ulos.',
  ),
  'firewall.drift': entry(
    (f) => `muut ovat muuttaneet palomuuria: ${f.drift}`,
    () => 'Katso /firewall show; muutoksen, joka korvaa heidän muutoksensa, on sanottava se.',
  ),
  'firewall.root': entry(
    (f) => `vain root saa muuttaa palvelimen ${f.host} pakettisuodatinta`,
    (f) =>
      `Anna Musterin kirjautua sinne rootina (hosts.${f.host}.user) tai aja siellä muster agent guardian.`,
  ),
  'firewall.moved': entry(
    (f) => `toinen palvelimen ${f.host} palomuurin muutos ehti ensin`,
    () => 'Kirjoita rivi uudelleen.',
  ),
  'firewall.trouble': entry(
    (f) => `viimeisintä hyvää palomuuria ei saada voimaan: ${f.trouble}`,
    () => 'Voimassa oleva jää. Palvelimen loki kertoo enemmän.',
  ),
  'overlay.failed': entry(
    (f) => `${f.host} ei ole verkon ${f.overlay} jäsen: ${f.message}`,
    (f) => `Korjaa se palvelimella ${f.host}, sitten /overlay join ${f.overlay} ${f.host}`,
  ),
  'overlay.silent': entry(
    (f) => `${f.host} ei tavoita verkossa ${f.overlay} palvelinta ${f.peer} (${f.address})`,
    (f) =>
      f.port
        ? `Onko jommankumman UDP-portti ${f.port} auki toiselle? /overlay show ${f.overlay}`
        : `/overlay show ${f.overlay}`,
  ),
  'overlay.full': entry(
    (f) => `verkossa ${f.overlay} ei ole osoitetta palvelimelle ${f.host}: ${f.network} on täynnä`,
    () => 'Määrittele asetuksissa suurempi verkko, tai poista jokin palvelin siitä.',
  ),
  'behind.stranger': entry(
    (f) => `${f.host} ei ole liittynyt verkkoon ${f.overlay}`,
    (f) => `Liitä se ensin: /overlay join ${f.overlay} ${f.host}`,
  ),
  'behind.firewall': entry(
    (f) =>
      `palvelimelle ${f.host} on määrä päästä vain verkosta ${f.overlay}, mutta asetuksissa ei ole sen palomuuria`,
    (f) => `Lisää palvelin ${f.host} osioon firewall, sitten /reload.`,
  ),
  'behind.leaves': entry(
    (f) => `palvelimelle ${f.host} pääsee vain verkosta ${f.overlay}, eikä sitä enää tavoitettaisi`,
    (f) => `Poista se verkon ${f.overlay} kohdasta behind, sitten /reload ja /prepare ${f.host}.`,
  ),
  'behind.moves': entry(
    (f) =>
      `palvelimelle ${f.host} pääsee vain osoitteesta ${f.address} verkossa ${f.overlay}, ja osoite on määrä vaihtaa`,
    (f) =>
      `Anna sen pitää osoitteensa, tai poista se ensin verkon ${f.overlay} kohdasta behind: sitten /reload ja /prepare ${f.host}.`,
  ),
  'behind.open': entry(
    (f) => `${f.host} vastaa yhä ulkoa osoitteessa ${f.address}`,
    () => 'Nimeääkö jokin sääntö vyöhykkeen outside, vai vastaako siellä jokin muu?',
  ),
  'sshd.none': entry(
    (f) => `palvelimella ${f.host} ei ole sshd:tä`,
    () => 'Silloin ei ole mitään tehtävää.',
  ),
  'sshd.refused': entry(
    (f) => `palvelimen ${f.host} sshd ei hyväksy sitä${f.message ? `: ${f.message}` : ''}`,
    () => 'Mikään ei muuttunut. Lukeeko sen asetustiedosto kansion sshd_config.d?',
  ),
  'sshd.elsewhere': entry(
    (f) => `palvelimen ${f.host} sshd kuuntelisi myös osoitetta ${f.message}`,
    (f) =>
      `Mikään ei muuttunut. Lisää sshd:n asetuksiin palvelimella ${f.host} kansion sshd_config.d lukeminen, ja poista niistä ListenAddress.`,
  ),
  'sshd.waiting': entry(
    (f) => `toinen sshd:n muutos palvelimella ${f.host} odottaa, että joku pitää sen`,
    () => 'Se perutaan itsestään minuutissa.',
  ),
  'sshd.gone': entry(
    (f) => `palvelimen ${f.host} sshd kuuntelee kuten ennen: kukaan ei pitänyt muutosta ajoissa`,
    () => 'Yritä uudelleen.',
  ),
  'sshd.deaf': entry(
    (f) => `palvelimen ${f.host} sshd:lle ei voi kertoa uusista asetuksista`,
    () => 'Mikään ei muuttunut. Onko se käynnissä, ja kirjoittaako se PidFile-tiedoston?',
  ),
  'sshd.timer': entry(
    (f) => `palvelimella ${f.host} ei voitu käynnistää ajastinta, joka peruu sshd:n muutoksen`,
    () => 'Mikään ei muuttunut. Siihen tarvitaan systemd-run tai setsid.',
  ),
  'overlay.stranger': entry(
    (f) => `${f.host} ei ole asetusten mukaan verkon ${f.overlay} jäsen`,
    (f) => `Lisää se verkon ${f.overlay} jäseniin (members), sitten /reload`,
  ),
  'overlay.controller': entry(
    (f) => `palvelimen ${f.host} jäsenyyttä verkossa ${f.overlay} ei voitu muuttaa: ${f.message}`,
    (f) => `Tarkista asetuksista verkon ${f.overlay} controller, network ja token.`,
  ),
  'firewall.unsupported': entry(
    (f) => `ufw ei pysty siihen palvelimella ${f.host}: ${f.message}`,
    () => 'Käytä tällä palvelimella nftablesia tai määritä se toisin.',
  ),
  'firewall.off': entry(
    (f) => `ufw on pois päältä palvelimella ${f.host}`,
    () => 'Ota se siellä käyttöön komennolla ufw enable ja yritä uudelleen.',
  ),
  'firewall.refused': entry(
    (f) => `${f.host} ei hyväksynyt palomuurin sääntöjä: ${f.message}`,
    () => 'Mitään ei muutettu. Tarkemmat tiedot ovat lokissa.',
  ),
} satisfies Record<string, Entry>;
