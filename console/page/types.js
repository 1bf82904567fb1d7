/**
 * Types only; the contract is the one that the server validates by.
 *
 * @typedef {import('#shared/api/files.ts').FileView} FileView
 * @typedef {import('#shared/api/uploads.ts').UploadView} UploadView
 * @typedef {import('#shared/api/drive.ts').DriveView} DriveView
 * @typedef {import('#shared/api/drive.ts').DriveFoldersView} DriveFoldersView
 * @typedef {import('#shared/api/accounts.ts').SessionView} SessionView
 * @typedef {import('#shared/domain/location.ts').Location} Location
 * @typedef {import('#shared/api/search.ts').SearchAnswer} SearchAnswer
 * @typedef {import('#shared/api/search.ts').SearchResult} SearchResult
 * @typedef {import('#shared/api/system.ts').PublicHealthView} HealthView
 * @typedef {import('#shared/api/problem.ts').Problem} Problem
 *
 * @typedef {{ start: number, end: number }} Span UTF-16 offsets, the end not included
 * @typedef {{ number: number, text: string, location: Location, preview?: string }} TextPage
 *
 * What a row of the file list shows: a file of the server, one on its way there, or one that was refused.
 * @typedef {object} Item
 * @property {string} key
 * @property {string} name
 * @property {number} size bytes
 * @property {FileView} [file]
 * @property {number} [sent] bytes that have gone up; absent when nothing is being sent
 * @property {{ code: string, message: string }} [problem]
 * @property {string} [note]
 */

export {};
