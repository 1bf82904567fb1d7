/** @param baseUrl without a slash at its end */
export function curlExample(baseUrl: string): string {
  return `# An account; its first access token works for 15 minutes
TOKEN=$(curl -s ${baseUrl}/auth/register \\
  -H 'Content-Type: application/json' \\
  -d '{"email": "ada@example.com", "username": "ada", "password": "a long pass phrase"}' \\
  | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')

# A file of up to 4 MiB; the answer holds its id
curl -s ${baseUrl}/files -H "Authorization: Bearer $TOKEN" -F file=@report.pdf

# Its state: repeat until "status" is "READY"
curl -s ${baseUrl}/files -H "Authorization: Bearer $TOKEN"

# The best passages, with the page where they stand
curl -s -G ${baseUrl}/search -H "Authorization: Bearer $TOKEN" \\
  --data-urlencode 'q=What does the report recommend?'`;
}
