"""The Slack app: receives questions and drafts over Socket Mode or HTTP, answers in streamed messages."""
