import type Sharp from 'sharp';

/** Readers of untrusted pictures that the library may use; the others (SVG, PDF, its own format …) stay shut. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Tiff', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);

/** The library takes 20 MB: it is loaded only in the sandbox, and only for pictures. */
export async function loadSharp(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  // One document, one core: others are read at the same time.
  sharp.concurrency(1);
  return sharp;
}
