"""The Slack app: questions and drafts come in over Socket Mode or HTTP, answers go out as streamed messages."""
