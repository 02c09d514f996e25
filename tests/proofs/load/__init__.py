"""Many at once, and for long.

A studio in a process of its own, with three keys, is used through its page (by the requests that a browser makes), by
gradio_client and by OpenAI's protocol; `silence` speaks, and Kokoro on the page. What its process holds is looked at
from inside: memory, open files, threads, tasks, children, what Gradio remembers of callers; temporary files from
outside. Users think up to 20 s between jobs, as people do. The soak also kills engines, fills a small disk, breaks the
way to a real S3 server and brings damaged media; two hours of it are `make soak`.
"""
