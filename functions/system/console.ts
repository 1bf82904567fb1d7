import { consolePageMaker } from '#console/console-page.ts';
import { uploadOrigin } from '#console/upload-origin.ts';
import { consoleRoute } from '#shared/api/system.ts';
import { httpHandler } from '#shared/runtime/http.ts';

const makeConsolePage = consolePageMaker();

export const handler = httpHandler(consoleRoute, async ({ container: { config, addresses } }) => {
  const { html, policy } = makeConsolePage({
    publicUrl: addresses.publicUrl,
    connectTo: [uploadOrigin(config), new URL(addresses.streamUrl).origin],
  });
  return {
    status: 200,
    text: { contentType: 'text/html; charset=utf-8', content: html },
    headers: { 'Content-Security-Policy': policy },
  };
});
