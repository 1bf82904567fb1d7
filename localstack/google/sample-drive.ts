import { FOLDER, type NewItem } from './drive/drive-store.ts';

/** What a new account's Drive holds: a few short documents of a made-up workshop, in folders. */
export function sampleDrive(): NewItem[] {
  const text = (value: string): Uint8Array => Buffer.from(value);
  return [
    { id: 'folder-workshop', name: 'Workshop', mimeType: FOLDER },
    { id: 'folder-machines', name: 'Machines', mimeType: FOLDER, parent: 'folder-workshop' },
    {
      id: 'doc-opening-hours',
      name: 'Opening hours',
      mimeType: 'application/vnd.google-apps.document',
      parent: 'folder-workshop',
      content: text(
        '# Opening hours\n\nThe workshop opens on Tuesdays and Thursdays from 17:00 to 21:30. The key hangs behind the bar of the café next door.\n',
      ),
    },
    {
      id: 'sheet-materials',
      name: 'Materials',
      mimeType: 'application/vnd.google-apps.spreadsheet',
      parent: 'folder-workshop',
      content: text(
        'Material,Shelf,Stock\nBirch plywood 6 mm,B2,14 sheets\nAcrylic 3 mm clear,C1,5 sheets\nM4 threaded inserts,D7,320 pieces',
      ),
    },
    {
      id: 'slides-induction',
      name: 'Induction',
      mimeType: 'application/vnd.google-apps.presentation',
      parent: 'folder-workshop',
      content: text(
        'Welcome to the workshop\fFire extinguishers hang beside both doors\fNobody uses the table saw alone',
      ),
    },
    {
      id: 'file-laser',
      name: 'laser-cutter.md',
      mimeType: 'text/markdown',
      parent: 'folder-machines',
      content: text(
        '# Laser cutter\n\nNever cut PVC: its smoke is hydrochloric acid. Plywood of 6 mm takes 12 mm/s at 80 % power. Clean the lens with isopropanol after every evening.\n',
      ),
    },
    {
      id: 'file-lathe',
      name: 'lathe.txt',
      mimeType: 'text/plain',
      parent: 'folder-machines',
      content: text(
        'The lathe needs oil on its ways every week. The chuck key never stays in the chuck, not for a second.\n',
      ),
    },
  ];
}
