// The inbox of an approver, with the types that scripts/clients writes: what waits, a decision on what was seen, live events.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Outcome = { done: Schemas["DecisionSettled"] | Schemas["DecisionTaken"] } | { problem: Schemas["Problem"] };

export function inboxOf(url: string, token: string) {
  const headers = { Authorization: `Bearer ${token}` };
  const api = createClient<paths>({ baseUrl: url, headers });

  /** How much waits, and what: the oldest first. */
  async function waiting(): Promise<{ counts: Schemas["Inbox"]; recalls: Schemas["Recall"][] }> {
    const counts = await api.GET("/v1/inbox");
    const page = await api.GET("/v1/recalls", { params: { query: { waiting_for: "me", sort: "number" } } });
    if (!counts.data || !page.data) throw new Error((counts.error ?? page.error)?.detail);
    return { counts: counts.data, recalls: page.data.items };
  }

  /** Approve the rows that the screen showed: had they changed since, the problem says how. */
  async function approve(seen: Schemas["Recall"]): Promise<Outcome> {
    const { data, error } = await api.POST("/v1/recalls/{recall}/decisions", {
      params: { path: { recall: seen.id }, header: { "If-Match": `"${seen.plan_hash}"`, Prefer: "wait=10" } },
      body: { decision: "approve" },
    });
    return data ? { done: data } : { problem: error };
  }

  /** What happens from a place on; come back with the id of the last event that was told. */
  async function* events(from: Schemas["Inbox"]["cursor"]): AsyncGenerator<Schemas["Event"]> {
    const accept = { ...headers, Accept: "text/event-stream", "Last-Event-ID": from };
    const answer = await fetch(`${url}/v1/inbox/events`, { headers: accept });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const lines = (text + part.value).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data: ")) yield JSON.parse(line.slice("data: ".length)) as Schemas["Event"];
      }
    }
  }

  return { waiting, approve, events };
}

/** Why a button is grey, in the reader's language: the service says it, a front end repeats no rule. */
export function whyNot(recall: Schemas["Recall"], action: string): string | null {
  return recall.allowed_actions.find((one) => one.action === action)?.reason ?? null;
}
