import { supportedExtensions } from '#shared/formats/registry.ts';
import { escapeHtml } from '#shared/text/escape-html.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { joinModules } from './join-modules.ts';
import { readPageAsset } from './page-asset.ts';

export interface Page {
  html: string;
  /** The value of its Content-Security-Policy header. */
  policy: string;
}

export interface ConsoleSettings {
  /** The address people open, which the bucket lets upload. */
  publicUrl: string;
  /** Origins besides the page's own that it talks to: the bucket's and the content stream's. */
  connectTo: readonly string[];
}

interface Sources {
  document: string;
  style: string;
  script: string;
}

/** @returns a function that makes the console's page; its sources are read at the first call and kept */
export function consolePageMaker(): (settings: ConsoleSettings) => Page {
  let sources: Sources | undefined;
  return (settings) => {
    sources ??= readSources();
    return buildPage(sources, settings);
  };
}

function readSources(): Sources {
  return {
    document: readPageAsset('console.html'),
    style: readPageAsset('theme.css') + readPageAsset('console.css'),
    script: joinModules('main.js', readPageAsset),
  };
}

function buildPage({ document, style, script }: Sources, { publicUrl, connectTo }: ConsoleSettings): Page {
  const values: Record<string, string> = {
    style: assertEmbeddable(style, 'style'),
    script: assertEmbeddable(script, 'script'),
    publicUrl: escapeHtml(publicUrl),
    connectTo: escapeHtml(connectTo.join(' ')),
    extensions: escapeHtml(supportedExtensions()),
  };
  // Written as a comment where a style or script stands, so that the source is a valid document.
  const html = document.replaceAll(/\[\[(\w+)\]\]|\/\* \[\[(\w+)\]\] \*\//g, (_, word?: string, code?: string) => {
    const name = word ?? code ?? '';
    const value = values[name];
    if (value === undefined) throw new Error(`console.html asks for ${name}, which is not known`);
    return value;
  });
  return { html, policy: contentSecurityPolicy({ scripts: [script], styles: [style], connectTo }) };
}

/** @throws Error when the text would end its element early */
function assertEmbeddable(text: string, element: 'script' | 'style'): string {
  if (new RegExp(`</${element}|<!--`, 'i').test(text)) throw new Error(`The ${element} cannot stand inside a page`);
  return text;
}
