STEPS={}
def page_url(c,n): return ""
api_url=page_url
