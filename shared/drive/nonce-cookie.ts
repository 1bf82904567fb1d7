const NAME = 'omnirag_drive_nonce';

/** Marks the browser that began to connect, for the callback alone. Lax, for the way back from Google is a navigation. */
export function nonceCookie(nonce: string, publicUrl: string, maxAgeSeconds: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${NAME}=${nonce}; Path=/drive/callback; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** The nonce among the cookies of a request. @param cookies each `name=value` */
export function readNonce(cookies: readonly string[]): string | undefined {
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);
}
