/** Palvelimista, joihin pääsee vain päällysverkon kautta. */
import type { Messages } from '../language.ts';

export const behind: Messages['behind'] = {
  steps: {
    listen: (f) => `aseta palvelimen ${f.host} sshd kuuntelemaan vain verkossa ${f.overlay}`,
    keepListening: (f) => `tule sisään verkosta ${f.overlay}, ja jätä palvelimen ${f.host} sshd sinne`,
    close: (f) => `sulje palvelin ${f.host} muilta kuin verkolta ${f.overlay}`,
    open: (f) => `päästä palvelimelle ${f.host} taas muualtakin kuin verkosta ${f.overlay}`,
    listenAnywhere: (f) => `aseta palvelimen ${f.host} sshd kuuntelemaan kuten ennen`,
    leave: (f) => `tule palvelimelle ${f.host} taas sen omasta osoitteesta, ei verkosta ${f.overlay}`,
    prove: (f) => `koputa palvelimelle ${f.host} verkosta ${f.overlay} ja ulkoa`,
    keep: (f) => `tule palvelimelle ${f.host} uudelleen verkosta ${f.overlay}, ja pidä sen palomuuri`,
  },
  notes: {
    listens: (f) =>
      `palvelimen ${f.host} sshd kuuntelee vain osoitetta ${f.address}; perutaan siellä, jos kukaan ei pidä sitä`,
    listensAlready: (f) => `palvelimen ${f.host} sshd kuuntelee jo vain osoitetta ${f.address}`,
    noSshd: (f) => `palvelimella ${f.host} ei ole sshd:tä`,
    closed: (f) =>
      `palvelimelle ${f.host} pääsee vain verkosta ${f.overlay}; perutaan, jos kukaan ei tule sisään sen kautta`,
    closedAlready: (f) => `palvelimelle ${f.host} pääsee jo vain verkosta ${f.overlay}`,
    keptAfterAll: (f) =>
      `${f.host} oli jo jätetty verkon ${f.overlay} taakse, vaikka vastaus katosi: se jää sinne`,
    proved: (f) => `${f.host} vastaa osoitteessa ${f.address} verkossa ${f.overlay}, eikä ulkoa`,
  },
  plans: {
    safe: (f) => `${f.host} on valmis (${f.needs.join(', ')}), ja sinne pääsee vain verkosta ${f.overlay}`,
  },
};
