"""What the clients of all servers share, whichever server it is.

`connection` and `exchange` send requests over HTTP, `rest` says what their answers mean. `tries`,
`pages`, `crowd` and `said` serve those, too, whose requests another library sends.
"""
